/*
 * Text that cannot hide anything: what has no picture of its own, or changes how its neighbours are shown, is written
 * as its code point in brackets.
 */

/** Control and format characters (bidi overrides, zero width), halves of pairs, private ones, ignorable ones, odd blanks. */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]/u;
/** Emoji are made of these: a joiner between two pictures, a selector after one. */
const EMOJI =
  /(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic}|[0-9#*])\ufe0f/u;
/** Marks heaped onto one letter paint over the lines above and below. */
const HEAPED = /(?<=\p{M}{3})\p{M}/u;

const SPECIAL = new RegExp(`(${EMOJI.source})|${HIDDEN.source}|${HEAPED.source}`, 'gu');
/** Most text needs none of this. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The text as a reader may see it: `a\u202eb` becomes `a[U+202E]b`. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (char, emoji: string | undefined) =>
    emoji === undefined ? `[U+${codePoint(char).toString(16).toUpperCase().padStart(4, '0')}]` : char,
  );
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0;
}
