/** Forms that nothing but a credential has; each with what to call it. */
const CREDENTIALS: readonly (readonly [form: RegExp, name: string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/, 'a private key'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/, 'a GitHub token'],
  [/\bdo[por]_v1_[0-9a-f]{64}/, 'a DigitalOcean token'],
  [/\bsk_live_[A-Za-z0-9]{16}/, 'a Stripe key'],
  [/\bxox[abpr]-[0-9]+-[A-Za-z0-9-]{16}/, 'a Slack token'],
];

/** A password in an address, e.g. `redis://:s3cret@host`; not one that is yet to be filled in. */
const IN_ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@?#]*:([^\s/@?#${}<>*()[\]]+)@[a-z0-9[]/gi;
const PLACEHOLDER =
  /^(?:x+|\.+|-+|pass(?:word)?|pwd|pw|secret|token|change-?me|example|placeholder|redacted)$/i;

/** Names whose values are secret, whatever they look like. */
const SECRET_NAME =
  /(?:^|[-_.])(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|(?:api|access|private|secret|encryption)[-_.]?key)$/i;

/** What credential a text has in it, in words; undefined for none. Never the credential itself. */
export function credentialIn(text: string): string | undefined {
  const known = CREDENTIALS.find(([form]) => form.test(text));
  if (known) return known[1];
  for (const [, password = ''] of text.matchAll(IN_ADDRESS))
    if (!PLACEHOLDER.test(password)) return 'a password in an address';
  return undefined;
}

/** Whether a value of this name is meant to be secret, by the name's end: `db-password`, `API_TOKEN`; not `token-url`. */
export function namesSecret(name: string): boolean {
  return SECRET_NAME.test(name.replace(/([a-z])([A-Z])/g, '$1-$2'));
}
