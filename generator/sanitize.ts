const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be shown
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u2028\u2029\u2060\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text from a manifest, safe for a terminal, a log and a workflow command: control characters, escape sequences and
 * the marks that turn writing direction are shown as `\u001b` and the like instead of acting.
 */
export function sanitize(text: string): string {
  return text.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
