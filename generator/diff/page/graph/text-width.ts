import { visible } from '../visible.ts';

/** East Asian letters and most pictures take the place of two others. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3ffff}]/u;

/** About how wide a text is when shown, where an ordinary letter has this width. */
export function textWidth(text: string, letter: number): number {
  let width = 0;
  for (const char of visible(text.slice(0, 200))) width += WIDE.test(char) ? 2 : 1;
  return width * letter;
}

/** The beginning of a text that is no wider than so many letters; cut ones end in `…`. */
export function fitText(text: string, letters: number): string {
  const shown = visible(text.slice(0, 2 * letters));
  let [width, end] = [0, 0];
  for (const char of shown) {
    width += WIDE.test(char) ? 2 : 1;
    if (width > letters) return `${[...shown.slice(0, end)].slice(0, -1).join('')}…`;
    end += char.length;
  }
  return text.length > 2 * letters ? `${shown}…` : shown;
}
