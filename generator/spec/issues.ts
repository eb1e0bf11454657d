import type * as v from 'valibot';
import { isMapping } from '../fields.ts';
import type { Path } from '../manifest.ts';
import { nearest } from '../suggest.ts';

/** One mismatch between a spec and its schema, by path in the resolved environment. */
export interface Mismatch {
  path: Path;
  message: string;
  remedy?: string;
  /** The key itself is wrong, not its value. */
  atKey?: boolean;
  /** Something that must be there is not. */
  missing?: boolean;
  /** The key is none that the schema knows. */
  unknown?: boolean;
}

type Schema = v.GenericSchema;
interface Node {
  type: string;
  entries?: Record<string, Schema>;
  key?: Schema;
  value?: Schema;
  item?: Schema;
  wrapped?: Schema;
  options?: readonly Schema[];
}

/** Everything in which `value` differs from `schema`: valibot's issues in plain words, and unknown keys. */
export function mismatches(
  schema: Schema,
  value: unknown,
  issues: readonly v.BaseIssue<unknown>[],
): Mismatch[] {
  return [...issues.flatMap((issue) => fromIssue(issue, [])), ...unknownKeys(schema, value, [])];
}

function fromIssue(issue: v.BaseIssue<unknown>, above: Path): Mismatch[] {
  const path = [...above, ...(issue.path ?? []).map((item) => item.key as string | number)];
  const nested = isMapping(issue.input) || Array.isArray(issue.input) ? deepest(issue) : [];
  if (nested.length > 0) return nested.flatMap((inner) => fromIssue(inner, path));
  const name = nameOf(path);
  if (issue.received === 'undefined') {
    return [{ path, message: `${name} is missing`, remedy: describeMissing(issue), missing: true }];
  }
  if (issue.path?.at(-1)?.origin === 'key') {
    return [
      {
        path,
        message: `\`${String(path.at(-1))}\` is no valid name here: expected ${issue.message}`,
        atKey: true,
      },
    ];
  }
  return [{ path, message: `${name}: expected ${issue.message}, got ${show(issue.input)}` }];
}

/** The issues inside the one alternative of a union that takes a mapping or list like the input. */
function deepest(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown>[] {
  return (issue.issues ?? []).filter((inner) => (inner.path?.length ?? 0) > 0) as v.BaseIssue<unknown>[];
}

function describeMissing(issue: v.BaseIssue<unknown>): string {
  const key = String(issue.path?.at(-1)?.key ?? '');
  const what = /^Invalid /.test(issue.message) ? '' : `: ${issue.message}`;
  return `Add \`${key}\`${what}.`;
}

function unknownKeys(schema: Schema, value: unknown, path: Path): Mismatch[] {
  const node = unwrap(schema, value);
  if (Array.isArray(value)) {
    const item = node.item;
    return item ? value.flatMap((element, index) => unknownKeys(item, element, [...path, index])) : [];
  }
  if (!isMapping(value)) return [];
  const found: Mismatch[] = [];
  for (const [key, inner] of Object.entries(value)) {
    const below = node.entries ? node.entries[key] : node.value;
    if (below) found.push(...unknownKeys(below, inner, [...path, key]));
    else if (node.entries) found.push(unknownKey(node.entries, key, path));
  }
  return found;
}

function unknownKey(entries: Record<string, Schema>, key: string, path: Path): Mismatch {
  const where = path.length === 0 ? 'a spec' : nameOf(path);
  const guess = nearest(key, Object.keys(entries));
  return {
    path: [...path, key],
    atKey: true,
    unknown: true,
    message: `unknown key \`${key}\` in ${where}${guess ? `; did you mean \`${guess}\`?` : ''}`,
    remedy: guess ? `Write \`${guess}\`.` : `Known here: ${Object.keys(entries).join(', ')}.`,
  };
}

/** Looks through optional() and pipe(), and takes the alternative of a union that fits the value's shape. */
function unwrap(schema: Schema, value: unknown): Node {
  const node = schema as unknown as Node;
  if (node.wrapped) return unwrap(node.wrapped, value);
  if (!node.options) return node;
  const shapes = node.options
    .map((option) => unwrap(option as Schema, value))
    .filter((option) => fits(option, value));
  return shapes[0] ?? { type: 'unknown' };
}

function fits(node: Node, value: unknown): boolean {
  if (Array.isArray(value)) return node.type === 'array';
  return isMapping(value) && (node.type === 'object' || node.type === 'record');
}

/** `workloads.web.port`; list positions as `[0]`. */
export function nameOf(path: Path): string {
  let name = '';
  for (const part of path) {
    if (typeof part === 'number') name += `[${part}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(part)) name += name === '' ? part : `.${part}`;
    else name += `[${JSON.stringify(part)}]`;
  }
  return name === '' ? 'the spec' : name;
}

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
