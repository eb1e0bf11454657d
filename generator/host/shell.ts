/** One word for a POSIX shell, whatever it holds. @throws TypeError for a NUL, which no argument can hold */
export function quote(text: string): string {
  if (text.includes('\0')) throw new TypeError('a shell takes no NUL');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A script that begins with these variables set. */
export function script(text: string, variables: Readonly<Record<string, string | number>> = {}): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (!/^[a-z][a-z0-9_]*$/i.test(name)) throw new TypeError(`not a name of a variable: ${name}`);
    return `${name}=${quote(String(value))}`;
  });
  return [...lines, text.trim(), ''].join('\n');
}
