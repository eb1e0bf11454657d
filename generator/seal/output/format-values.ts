import { Buffer, isUtf8 } from 'node:buffer';
import { type Problem, UserError } from '../../errors.ts';
import type { OpenedItem } from '../open-store.ts';

/**
 * A `.env` text that `parseDotenv` reads back to the same values, sorted by name.
 * @throws UserError naming the items that are not text.
 */
export function formatDotenv(items: readonly OpenedItem[]): string {
  return asTexts(items)
    .map(([item, text]) => `${item}=${dotenvValue(text)}\n`)
    .join('');
}

/**
 * A JSON object of strings, sorted by name.
 * @throws UserError naming the items that are not text.
 */
export function formatJson(items: readonly OpenedItem[]): string {
  const lines = asTexts(items).map(([item, text]) => `  ${JSON.stringify(item)}: ${JSON.stringify(text)}`);
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`;
}

const ESCAPED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
  $: '\\$',
};

/** Single quotes where they can hold it, since every dotenv reader takes what is in them as it is. */
function dotenvValue(text: string): string {
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(text)) return text;
  if (!/['\n\r]/.test(text)) return `'${text}'`;
  return `"${text.replace(/[\n\r\t"\\$]/g, (character) => ESCAPED[character] ?? character)}"`;
}

function asTexts(items: readonly OpenedItem[]): [string, string][] {
  const problems: Problem[] = [];
  const texts = items.map(({ item, value }): [string, string] => {
    if (!isUtf8(value) || value.includes(0)) {
      const remedy = 'Open it alone, by its name: that gives the very bytes.';
      problems.push({ message: `\`${item}\` is not text and fits neither a .env nor JSON`, remedy });
    }
    return [item, Buffer.from(value).toString('utf8')];
  });
  if (problems.length > 0) throw new UserError(problems);
  return texts.sort(([a], [b]) => (a < b ? -1 : 1));
}
