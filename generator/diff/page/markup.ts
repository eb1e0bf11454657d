import { visible } from './visible.ts';

/** HTML that is already safe. Only `html` makes it, so that nothing gets past `escapeHtml`. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | false | undefined | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as text: for content and for attributes in double quotes. The one way into the page. */
function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** A template of HTML. Strings are escaped, markup is taken as it is, `false` and `undefined` leave nothing. */
export function html(parts: TemplateStringsArray, ...values: Part[]): Markup {
  let markup = parts[0] ?? '';
  values.forEach((value, index) => {
    markup += render(value) + (parts[index + 1] ?? '');
  });
  return { markup };
}

function render(value: Part): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  // Not `join`: that would copy a long page at every level of it.
  let markup = '';
  for (const part of value) markup += part.markup;
  return markup;
}

/** Pieces one after the other, with something between them. */
export function joined(parts: readonly Markup[], between: string): Markup {
  return { markup: parts.map(({ markup }) => markup).join(escapeHtml(between)) };
}
