/* Reading what the API answers: what is not as published is an error with the field's name, never an odd value. */

export type Fields = Readonly<Record<string, unknown>>;

export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

export function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new UnexpectedAnswer(`DigitalOcean's answer has no ${what}`);
}

/** Missing lists are empty. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function texts(value: unknown): string[] {
  return list(value).filter((each): each is string => typeof each === 'string');
}

export function numbers(value: unknown): number[] {
  return list(value).filter((each): each is number => typeof each === 'number');
}

export function text(from: Fields, key: string): string {
  const value = from[key];
  if (typeof value === 'string') return value;
  throw new UnexpectedAnswer(`DigitalOcean's answer has no ${key}`);
}

export function optionalText(from: Fields, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function whole(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new UnexpectedAnswer(`DigitalOcean's answer has no ${key}`);
}

export function amount(from: Fields, key: string): number {
  const value = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** A region is an object in some answers, and its slug in others. */
export function regionSlug(value: unknown): string {
  if (typeof value === 'string') return value;
  const slug = (value as Fields | null | undefined)?.slug;
  return typeof slug === 'string' ? slug : '';
}
