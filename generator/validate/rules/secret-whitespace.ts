import { Buffer } from 'node:buffer';
import { labelsOf } from '../../fields.ts';
import type { Rule } from '../rule.ts';

export const secretWhitespace: Rule = {
  id: 'secret-whitespace',
  severity: 'error',
  summary: 'A secret value ends in a newline or has blanks around it',
  why: 'It is what `echo secret | base64` makes: the newline becomes part of the password, and whoever checks it says that it is wrong.',
  fix: "Encode it again without the newline: `printf %s 'value' | base64`. Better still: seal it.",
  *check(cluster) {
    for (const secret of cluster.ofKind('Secret')) {
      const encoded = Object.entries(labelsOf(secret.data.data)).map(
        ([key, value]) => ['data', key, decode(value)] as const,
      );
      const plain = Object.entries(labelsOf(secret.data.stringData)).map(
        ([key, value]) => ['stringData', key, value] as const,
      );
      for (const [field, key, value] of [...encoded, ...plain]) {
        const reason = value === undefined ? undefined : whitespaceOf(value);
        if (reason === undefined) continue;
        yield {
          manifest: secret,
          at: [field, key],
          message: `value \`${key}\` of Secret/${secret.identity.name} ${reason}`,
        };
      }
    }
  },
};

/** Undefined for what is not text. */
function decode(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

/** What surrounds a value of one line; text of several lines (a PEM file, a config file) ends in a newline by right. */
function whitespaceOf(value: string): string | undefined {
  const trimmed = value.trim();
  if (trimmed === value || /[\r\n]/.test(trimmed) || isJsonDocument(trimmed)) return undefined;
  if (trimmed === '') return 'is nothing but blanks';
  if (/[\r\n]$/.test(value)) return 'ends in a newline';
  return 'begins or ends with blanks';
}

/** A file that a program wrote, newline and all; a password may begin with a brace too. */
function isJsonDocument(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
