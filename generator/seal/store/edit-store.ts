import { UserError } from '../../errors.ts';
import { applyEdits, type Edit, ended, splitLines, type TextLines } from './line-edits.ts';
import { parseStore } from './parse-store.ts';
import { ITEM_FIELDS, type ItemField, type LocatedItem, type SecretStore, type StoredItem } from './store.ts';

/**
 * Puts items into the text of a store, or replaces them, touching no line but their own: comments, order, line ends and
 * whatever else stands there stay byte for byte. A field whose text is the same keeps its line, comment included.
 * @throws UserError when `text` is not a store.
 */
export function putItems(file: string, text: string, items: readonly StoredItem[]): string {
  const store = parseStore(file, text);
  const lines = splitLines(text);
  const edits = items.map((item): Edit => {
    const old = store.items.get(item.item);
    if (old === undefined) return insertion(lines, store, item);
    const span = { first: old.place.line, last: lastLine(old) };
    return {
      ...span,
      name: item.item,
      lines: mergeItem(lines.list.slice(span.first - 1, span.last), item, lines.end),
    };
  });
  if (items.length > 0 && store.items.size === 0) edits.push(openItems(lines, store));
  return verified(applyEdits(lines, edits), store, new Map(items.map((item) => [item.item, item])));
}

/** Takes one item out of the text of a store; comments stay. Without such an item the text is returned as it is. */
export function removeItem(file: string, text: string, name: string): string {
  const store = parseStore(file, text);
  const old = store.items.get(name);
  if (old === undefined) return text;
  const lines = splitLines(text);
  const span = { first: old.place.line, last: lastLine(old) };
  const kept = lines.list.slice(span.first - 1, span.last).filter((line) => /^\s*(#|$)/.test(line));
  return verified(applyEdits(lines, [{ ...span, name, lines: kept }]), store, new Map([[name, undefined]]));
}

/** The text of a store without items. */
export function emptyStore(environment: string): string {
  return [
    `# The sealed values of ${environment}. Each can be opened only inside its cluster, or with the private key of sealing.crt.`,
    '#',
    `#   lunchbox seal ${environment} NAME              put a value in, or change it`,
    `#   lunchbox seal ${environment} NAME --remove     take it out`,
    `#   lunchbox secrets check ${environment}          see whether all are there and whole`,
    '#',
    '# Nothing here is edited by hand: a value opens only for the Secret and the namespace that it was sealed for.',
    'items:',
    '',
  ].join('\n');
}

function lastLine(item: LocatedItem): number {
  return Math.max(item.place.line, ...Object.values(item.fields).map((place) => place.line));
}

/** Items are sorted by name: a new one goes before the first that is greater, above the comments that lead to it. */
function insertion(lines: TextLines, store: SecretStore, item: StoredItem): Edit {
  const items = [...store.items.values()];
  const indent = ' '.repeat((items[0]?.place.column ?? 3) - 1);
  const next = items.find((other) => other.item > item.item);
  let first = next?.place.line ?? Math.max(0, ...items.map(lastLine)) + 1;
  if (next !== undefined) while (/^\s*#/.test(lines.list[first - 2] ?? '')) first--;
  if (items.length === 0) first = (store.itemsPlace?.line ?? lines.list.length) + 1;
  return { first, last: first - 1, name: item.item, lines: itemLines(item, indent, lines.end) };
}

/** The line `items:`, for a store that has none yet. */
function openItems(lines: TextLines, store: SecretStore): Edit {
  const line = store.itemsPlace?.line;
  if (line === undefined) {
    const first = lines.list.length + 1;
    return { first, last: first - 1, name: '', lines: [`items:${lines.end}`] };
  }
  return {
    first: line,
    last: line,
    name: '',
    lines: [(lines.list[line - 1] ?? '').replace(/: *\{ *\}/, ':')],
  };
}

function itemLines(item: StoredItem, indent: string, end: string): string[] {
  const fields = ITEM_FIELDS.flatMap((field) => fieldLine(item, field, `${indent}  `, end));
  return [`${indent}${scalar(item.item)}:${end}`, ...fields];
}

function fieldLine(item: StoredItem, field: ItemField, indent: string, end: string): string[] {
  const text = item[field];
  return text === undefined ? [] : [`${indent}${field}: ${scalar(text)}${end}`];
}

/** The old lines of an item with the new fields; what is neither key nor field (a comment) stays where it was. */
function mergeItem(old: readonly string[], item: StoredItem, end: string): string[] {
  const fieldOf = (line: string) =>
    ITEM_FIELDS.find((field) => new RegExp(`^ *["']?${field}["']? *:`).test(line));
  const indent = /^ */.exec(old.find(fieldOf) ?? '')?.[0] ?? '';
  const merged: string[] = [];
  let written = 0;
  const writeUpTo = (stop: number) => {
    for (const field of ITEM_FIELDS.slice(written, stop)) merged.push(...fieldLine(item, field, indent, end));
    written = Math.max(written, stop);
  };
  for (const line of old) {
    const field = fieldOf(line);
    const position = field === undefined ? -1 : ITEM_FIELDS.indexOf(field);
    if (field === undefined) merged.push(ended(line, end));
    else if (position >= written) {
      writeUpTo(position);
      const text = item[field];
      if (text !== undefined && holds(line, text)) merged.push(ended(line, end));
      else writeUpTo(position + 1);
      written = position + 1;
    }
  }
  writeUpTo(ITEM_FIELDS.length);
  return merged;
}

function holds(line: string, text: string): boolean {
  const value = line.slice(line.indexOf(':') + 1).trim();
  return value === text || value === scalar(text) || value.startsWith(`${text} #`);
}

/** Plain where every YAML reader sees a string, else in quotes. None of the texts here holds a quote. */
function scalar(text: string): string {
  const plain = /^[A-Za-z][A-Za-z0-9+/=:._-]*$/.test(text) && !text.endsWith(':');
  return plain && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text) ? text : `'${text}'`;
}

/** The edit works on lines; that it did to the document what it was meant to do is looked up, not hoped for. */
function verified(
  text: string,
  before: SecretStore,
  wanted: ReadonlyMap<string, StoredItem | undefined>,
): string {
  const after = reread(before.file, text);
  for (const name of new Set([...wanted.keys(), ...before.items.keys(), ...(after?.keys() ?? [])])) {
    if (after && sameItem(wanted.has(name) ? wanted.get(name) : before.items.get(name), after.get(name)))
      continue;
    throw new UserError({
      message: `the item \`${name}\` is written in a form that cannot be changed line by line`,
      place: before.items.get(name)?.place ?? before.itemsPlace,
      remedy: 'Write each field as `name: value` on a line of its own.',
    });
  }
  return text;
}

function reread(file: string, text: string): SecretStore['items'] | undefined {
  try {
    return parseStore(file, text).items;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function sameItem(a: StoredItem | undefined, b: StoredItem | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return ITEM_FIELDS.every((field) => a[field] === b[field]);
}
