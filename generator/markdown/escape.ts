import { sanitize } from '../sanitize.ts';

/*
 * Text of manifests inside Markdown as GitHub renders it. Whatever a name or a value holds, it comes out as text: no
 * markup, no link, no mention of a person or an issue.
 */

/** Cuts to a number of characters, without halving one. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]$/.test(text.slice(0, most - 1)) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}

/** A code span; also inside a table. */
export function code(text: string, most = 200): string {
  const plain = cut(sanitize(text), most);
  // In a code span a pipe cannot be escaped for good: a backslash before it turns the escape around.
  if (plain.includes('|')) return `<code>${references(plain)}</code>`;
  const ticks = '`'.repeat(longestRun(plain, '`') + 1);
  // A blank beside the ticks is taken off again by the renderer.
  const pad = /^[`\s]|[`\s]$/.test(plain) || plain === '' ? ' ' : '';
  return `${ticks}${pad}${plain}${pad}${ticks}`;
}

/** Text in which no character means anything to Markdown or HTML. */
function references(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (mark) => `&#${mark.codePointAt(0)};`);
}

/** A name inside HTML, such as a summary. */
export function htmlCode(text: string, most = 200): string {
  return `<code>${html(cut(sanitize(text), most))}</code>`;
}

/** Ordinary words that may hold names. */
export function prose(text: string, most = 400): string {
  return (
    html(cut(sanitize(text).trim(), most))
      .replace(/[\\`*_[\](){}~|!]/g, '\\$&')
      // At the start of a line these make headings, lists and rules.
      .replace(/^[#+=-]/, '\\$&')
      .replace(/^(\d+)([.)])/, '$1\\$2')
      .replace(/([@#])(?=\w)/g, '$1&#8203;')
      .replaceAll('://', ':&#8203;//')
      .replace(/\bwww\./gi, (word) => `${word.slice(0, 3)}&#8203;.`)
      .replace(/\bGH-(?=\d)/gi, (word) => `${word.slice(0, 2)}&#8203;-`)
  );
}

/** A block of code, whatever is in it. */
export function fence(text: string, language: string): string {
  const body = text.split('\n').map(sanitize).join('\n');
  const ticks = '`'.repeat(Math.max(3, longestRun(body, '`') + 1));
  return `${ticks}${language}\n${body.replace(/\n*$/, '\n')}${ticks}`;
}

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function longestRun(text: string, char: string): number {
  let [longest, run] = [0, 0];
  for (const each of text) {
    run = each === char ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
