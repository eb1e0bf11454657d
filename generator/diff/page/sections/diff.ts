import { html, type Markup } from '../markup.ts';

/**
 * Lines of a unified diff, as insertions and deletions.
 * @param id Stands inside of what is folded away, so that a link to it unfolds it.
 */
export function diffMarkup(lines: readonly string[], id: string, name: string): Markup {
  return html`<div id="${id}" class="scroll" role="group" aria-label="Diff of ${name}" tabindex="0"><pre class="diff">${lines.map(line)}</pre></div>`;
}

function line(text: string): Markup {
  switch (text.charAt(0)) {
    case '+':
      return html`<ins>${text}</ins>`;
    case '-':
      return html`<del>${text}</del>`;
    case '@':
      return html`<span class="hunk">${text}</span>`;
    default:
      return html`<span>${text}</span>`;
  }
}
