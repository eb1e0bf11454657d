import { mayNameSecret } from '../validate/secret-names.ts';

const HIDDEN = '<hidden>';
/** A value of another type than its field: to the end of the line, because it may have braces in it. */
const UNTYPED = /\{Value:.*\}/g;
/** A whole object or list, in JSON or as Go writes it: up to what is said about it. */
const COMPOSITE = /((?:Invalid|Unsupported|Duplicate) value: )(?:[{[&]|map\[|[\w./]+\{)(?:.*(?=: )|.*$)/gm;
/** A single value, with the field that it is of where that stands before it. */
const SINGLE =
  /(?:(\w[^\s,]*?): )?((?:Invalid|Unsupported|Duplicate) value: )("(?:[^"\\]|\\.)*"|[^\s"]+?)(?=: |[,\]]|$)/gm;

/**
 * What an API server says, without the values that it quotes and that may be secret: those of another type than wanted,
 * whole objects, and values of a field whose name says so.
 * @param field Of which it is said; empty where the text names it.
 */
export function withoutQuotedValues(said: string, field = ''): string {
  return said
    .replace(UNTYPED, `{Value:${HIDDEN}}`)
    .replace(COMPOSITE, `$1${HIDDEN}`)
    .replace(SINGLE, (whole, path: string | undefined, start: string) => {
      if (!isSecret(path ?? field)) return whole;
      return `${path === undefined ? '' : `${path}: `}${start}${HIDDEN}`;
    });
}

/** By its last key, or what selects the item that it is in: `env[name="DB_PASSWORD"].value`, `data[password]`. */
function isSecret(field: string): boolean {
  const last = /([\w-]+)$/.exec(field)?.[1] ?? '';
  const selectors = [...field.matchAll(/\[(?:\w+=)?"?([^\]"]*)"?\]/g)].map(([, name = '']) => name);
  return [last, ...selectors].some(mayNameSecret);
}
