import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Parts of a longer text that are too short to tell anything. */
const SHORTEST = 6;

/** How a value may look where somebody has printed it without thinking. */
const ENCODINGS: Record<string, (value: string) => string[]> = {
  plain: (value) => [value],
  // Each line of a longer one, too.
  line: (value) => value.split(/\r?\n/).filter((line) => line.length >= SHORTEST),
  reversed: (value) => [[...value].reverse().join('')],
  hex: (value) => [hex(value), hex(value).toUpperCase()],
  json: (value) => {
    const text = JSON.stringify(value).slice(1, -1);
    // Go's encoder, and those that write nothing but ASCII.
    return [text, text.replace(/[<>&]/g, unicode), text.replace(/[<>&\u0080-\uffff]/g, unicode)];
  },
  url: (value) => {
    const forms = [
      encodeURIComponent(value),
      encodeURI(value),
      new URLSearchParams({ '': value }).toString().slice(1),
    ];
    return forms.flatMap((form) => [form, form.replace(/%../g, (code) => code.toLowerCase())]);
  },
  html: (value) => [value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
  base64: (value) => base64Cores(value, 'base64'),
  base64url: (value) => base64Cores(value, 'base64url'),
  escaped: (value) => [value.replace(/[^A-Za-z0-9]/gu, (char) => hex(char).replace(/../g, '\\x$&'))],
};

function unicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** Base64 of a value wherever it begins in a longer text: without the letters that its neighbours have a part in. */
function base64Cores(value: string, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
    const text = bytes.toString(encoding).replace(/=+$/, '');
    const start = shift === 0 ? 0 : shift + 1;
    const end = bytes.length % 3 === 0 ? text.length : text.length - 1;
    return text.slice(start, end);
  });
}

/** `encoding of secret in name`, for every secret that shows in one of the texts in any form. */
export function leaks(
  texts: Iterable<readonly [name: string, text: string]>,
  secrets: readonly string[],
): string[] {
  const forms = secrets.flatMap((secret, index) =>
    Object.entries(ENCODINGS).flatMap(([encoding, encode]) =>
      encode(secret).map((form) => ({ form, said: `${encoding} of secret ${index + 1}` })),
    ),
  );
  const found = new Set<string>();
  for (const [name, text] of texts) {
    // Encoders break long lines.
    const joined = text.replace(/\s+/g, '');
    for (const { form, said } of forms) {
      if (form.length < SHORTEST) throw new Error(`${said} is too short to look for`);
      if (text.includes(form) || joined.includes(form.replace(/\s+/g, ''))) found.add(`${said} in ${name}`);
    }
  }
  return [...found];
}

/** Every file below a folder, as text; what is none keeps its ASCII. */
export function* textsBelow(folder: string): Iterable<readonly [string, string]> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    yield [path, readFileSync(path, 'utf8')];
  }
}
