import fc from 'fast-check';

const characters = fc.string({
  unit: fc.constantFrom(...'0123456789_.:-+eExXobBTZ yYnNoOfFaAiIsStTrRuUlL~'),
  minLength: 1,
  maxLength: 8,
});
const pieces = fc
  .array(
    fc.constantFrom(
      ...[
        '+',
        '-',
        '0',
        '00',
        '0o',
        '0x',
        '0b',
        '1',
        '7',
        '9',
        '59',
        '60',
        '_',
        '.',
        ':',
        'e',
        'E',
        'e+',
        'e-',
      ],
      ...['T', 'Z', ' ', 'a', '2026-01-02', '2026-1-2', '12:30:00'],
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const words = fc
  .constantFrom('y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', '~')
  .chain((word) => fc.constantFrom(word, word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1)}`));

/** Texts that stand without quotes as one scalar, many of which look like numbers, dates or words. */
export const plainText = fc
  .oneof(
    { weight: 5, arbitrary: characters },
    { weight: 5, arbitrary: pieces },
    { weight: 1, arbitrary: words },
  )
  .filter((text) => text.trim() === text && !/: |:$|^[-?:](?: |$)| #|^(?:---|\.\.\.)$/.test(text));

/** A value as text that tells types apart; numbers that are not finite are all alike. */
export function shownValue(value: unknown): string {
  if (value instanceof Error) return 'error';
  if (typeof value === 'number')
    return Number.isFinite(value) ? `number ${value === 0 ? 0 : value}` : 'not finite';
  if (value === null || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? `text ${value}` : 'date';
}
