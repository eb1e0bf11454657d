import { isMapping } from '../../fields.ts';
import type { Json, Path } from '../../manifest.ts';
import { bytesOf } from '../../spec/quantity.ts';

/** Whether Kubernetes takes two values for the same: `null`, an empty list and an absent field are one thing to it. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  const [one, other] = [present(a), present(b)];
  if (isMapping(one) && isMapping(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => same(own(one, key), own(other, key)));
  }
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  return Object.is(one, other);
}

/** A value as a text that is the same for the same value, whatever the order of its keys. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isMapping(value)) return JSON.stringify(value ?? null);
  const entries = Object.keys(value)
    .filter((key) => present(value[key]) !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join(',')}}`;
}

/** A quantity in bytes or cores; undefined where there is none that can be read. */
export function quantity(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  try {
    return bytesOf(value);
  } catch {
    return undefined;
  }
}

/** Whether a path leads to something. */
export function has(data: Json | undefined, path: Path): boolean {
  let value = data;
  for (const part of path) {
    if (Array.isArray(value) && typeof part === 'number') value = value[part];
    else if (isMapping(value) && typeof part === 'string') value = own(value, part);
    else return false;
  }
  return value !== undefined;
}

function own(value: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function present(value: Json | undefined): Json | undefined {
  return value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}
