/** What speaks against the address of a proxy: goes on after its name. Undefined when nothing does. */
export function proxyProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is no address';
  const { protocol, hostname, username, password } = new URL(text);
  if (/^socks/.test(protocol)) return `is a SOCKS proxy (${protocol}//), which is not supported`;
  if (!/^https?:$/.test(protocol)) return `is of a kind that is not supported: ${protocol}//`;
  if (hostname === '') return 'names no host';
  try {
    decodeURIComponent(`${username}${password}`);
    return undefined;
  } catch {
    return 'holds a credential that is not percent-encoded';
  }
}

/** A proxy for people: without its credential. */
export function describeProxy(proxy: string): string {
  const { protocol, host } = new URL(proxy);
  return `${protocol}//${host}`;
}
