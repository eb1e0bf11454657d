import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { UserError } from './errors.ts';
import type { Place } from './finding.ts';

/** A JSON object that can say where each of its values stands. */
export interface JsonSource {
  value: Record<string, unknown>;
  /** Where the value at a path stands; of its nearest ancestor when there is none. */
  place(path: readonly (string | number)[]): Place;
}

/** @throws UserError with the place, for what is no JSON object or has a key twice */
export function readJsonSource(file: string, text: string, remedy: string): JsonSource {
  const lines = new LineCounter();
  // JSON is YAML, and this parser tells where things stand.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'json' });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [broken] = document.errors;
  if (broken)
    throw new UserError({
      place: at(broken.pos[0]),
      message: `this is not JSON: ${broken.message.split('\n')[0]}`,
      remedy,
    });
  const root = document.contents;
  if (!isMap(root))
    throw new UserError({ place: { file, line: 1, column: 1 }, message: 'this is no object', remedy });
  return {
    value: root.toJS(document) as Record<string, unknown>,
    place: (path) => {
      for (let length = path.length; length > 0; length--) {
        const parent = path.slice(0, length - 1);
        const key = path[length - 1];
        const found = document.getIn(path.slice(0, length), true) as Node | undefined;
        const offset = found?.range?.[0] ?? keyOffset(document.getIn(parent, true), key);
        if (offset !== undefined) return at(offset);
      }
      return at(root.range?.[0] ?? 0);
    },
  };
}

function keyOffset(parent: unknown, key: string | number | undefined): number | undefined {
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((each) => isScalar(each.key) && each.key.value === key);
  return (pair?.key as Node | undefined)?.range?.[0];
}
