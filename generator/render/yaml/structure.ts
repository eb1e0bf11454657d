import type { Json } from '../../manifest.ts';
import { key, scalar } from './scalar.ts';

/**
 * A mapping or list as block YAML whose lines begin at column `indent` (from 0). The first line carries no
 * indentation: it stands where the caller has put it. Keys keep their order.
 * @throws RangeError for null, and for what no scalar can carry.
 */
export function structure(value: Json, indent: number): string {
  return linesOf(value).join(`\n${' '.repeat(indent)}`);
}

function linesOf(value: Json): string[] {
  if (value === null) throw new RangeError('null is no value in a manifest; leave the key out');
  if (Array.isArray(value)) {
    return value.length === 0 ? ['[]'] : value.flatMap((item) => nest('- ', item));
  }
  if (typeof value !== 'object') return [scalar(value)];
  const entries = Object.entries(value);
  if (entries.length === 0) return ['{}'];
  return entries.flatMap(([name, inner]) => {
    const lines = linesOf(inner);
    const label = `${key(name)}:`;
    return isBlock(inner) ? [label, ...lines.map((line) => `  ${line}`)] : [`${label} ${lines.join('')}`];
  });
}

/** `- ` before the first line, blanks of the same width before the others. */
function nest(bullet: string, item: Json): string[] {
  return linesOf(item).map((line, index) => (index === 0 ? bullet : ' '.repeat(bullet.length)) + line);
}

function isBlock(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
