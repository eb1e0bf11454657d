import { ITEM_FIELDS, type StoredItem, type SecretStore } from './store.ts';
import { parseStore } from './parse-store.ts';

/**
 * Puts one item into the text of a store, or replaces it, touching no line but its own: comments, order, line ends and
 * whatever else stands there stay byte for byte. A field whose text is the same keeps its line, comment included.
 * @throws UserError when `text` is not a store.
 */
export function putItem(file: string, text: string, item: StoredItem): string {
  const lines = splitLines(text);
  const store = parseStore(file, text);
  const block = itemLines(item, lines.end);
  const found = rangeOf(store, item.item, lines.list);
  if (found !== undefined) {
    const merged = mergeItem(lines.list.slice(found.first, found.last + 1), item, lines.end);
    lines.list.splice(found.first, found.last - found.first + 1, ...merged);
  } else {
    const at = insertionLine(store, item.item, lines.list, lines.end);
    if (at > 0) endLine(lines.list, at - 1, lines.end);
    lines.list.splice(at, 0, ...block);
  }
  return lines.list.join('');
}

/** Takes one item out of the text of a store; comments stay. Without such an item the text is returned as it is. */
export function removeItem(file: string, text: string, name: string): string {
  const { list } = splitLines(text);
  const found = rangeOf(parseStore(file, text), name, list);
  if (found === undefined) return text;
  const kept = list.slice(found.first, found.last + 1).filter(isComment);
  list.splice(found.first, found.last - found.first + 1, ...kept);
  return list.join('');
}

/** The text of a store without items. */
export function emptyStore(environment: string): string {
  return [
    `# The sealed values of ${environment}. Each can be opened only inside its cluster, or with the private key of sealing.crt.`,
    '#',
    `#   lunchbox seal ${environment} NAME              put a value in, or change it`,
    `#   lunchbox seal ${environment} NAME --remove     take it out`,
    `#   lunchbox secrets check ${environment}          look whether all are there and whole`,
    '#',
    '# Do not edit `secret`, `namespace` or `value` by hand: a value opens only for the Secret and the namespace it was sealed for.',
    'items:',
    '',
  ].join('\n');
}

/** A text cut into lines, each with its own line end. */
function splitLines(text: string): { list: string[]; end: string } {
  return { list: text.match(/[^\n]*\n|[^\n]+$/g) ?? [], end: text.includes('\r\n') ? '\r\n' : '\n' };
}

function itemLines(item: StoredItem, end: string): string[] {
  const fields = ITEM_FIELDS.flatMap((field) => {
    const text = item[field];
    return text === undefined ? [] : [`    ${field}: ${plain(text)}${end}`];
  });
  return [`  ${plain(item.item)}:${end}`, ...fields];
}

/** The old lines of an item with the new fields; what is neither key nor field (a comment) stays where it was. */
function mergeItem(old: readonly string[], item: StoredItem, end: string): string[] {
  const indent = /^ */.exec(old.find((line) => fieldOf(line) !== undefined) ?? '')?.[0] ?? '    ';
  const merged: string[] = [old[0] ?? ''];
  let next = 0;
  const writeUpTo = (stop: number) => {
    for (; next < stop; next++) {
      const field = ITEM_FIELDS[next];
      const text = field === undefined ? undefined : item[field];
      if (text !== undefined) merged.push(`${indent}${field}: ${plain(text)}${end}`);
    }
  };
  for (const line of old.slice(1)) {
    const field = fieldOf(line);
    if (field === undefined) merged.push(line);
    else {
      const position = ITEM_FIELDS.indexOf(field);
      writeUpTo(position);
      if (position < next) continue; // written already: the old lines were in another order
      if (textOf(line) === item[field]) merged.push(line);
      else writeUpTo(position + 1);
      next = position + 1;
    }
  }
  endLine(merged, merged.length - 1, end);
  writeUpTo(ITEM_FIELDS.length);
  return merged;
}
