/* Reading what the API answers: what is not as published is an error with the field's name, never an odd value. */

export type Fields = Readonly<Record<string, unknown>>;

/** An answer that is not as published: no mistake of the user, and no reason to try again. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** An object of the answer. @param what Names it in the error. @throws UnexpectedAnswer when it is none */
export function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new UnexpectedAnswer(`DigitalOcean's answer has no ${what}`);
}

/** Missing lists are empty. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list; whatever else is in it is left out. */
export function texts(value: unknown): string[] {
  return list(value).filter((each): each is string => typeof each === 'string');
}

/** The numbers of a list; whatever else is in it is left out. */
export function numbers(value: unknown): number[] {
  return list(value).filter((each): each is number => typeof each === 'number');
}

/** @throws UnexpectedAnswer when the field is no text */
export function text(from: Fields, key: string): string {
  const value = from[key];
  if (typeof value === 'string') return value;
  throw new UnexpectedAnswer(`DigitalOcean's answer has no ${key}`);
}

/** Undefined also for an empty text. */
export function optionalText(from: Fields, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws UnexpectedAnswer when the field is no whole number */
export function whole(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new UnexpectedAnswer(`DigitalOcean's answer has no ${key}`);
}

/** 0 when the field is no number. */
export function amount(from: Fields, key: string): number {
  const value = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** A region is an object in some answers, and its slug in others; empty when it is neither. */
export function regionSlug(value: unknown): string {
  if (typeof value === 'string') return value;
  const slug = (value as Fields | null | undefined)?.slug;
  return typeof slug === 'string' ? slug : '';
}
