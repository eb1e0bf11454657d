import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { code, prose } from '../../generator/markdown/escape.ts';

const rendered = (markdown: string) =>
  micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });

describe('prose', () => {
  it.each([
    '#',
    '# head',
    '- item',
    '+ item',
    '* item',
    '1. item',
    '1) item',
    '    code',
    '> quote',
    '---',
    '===',
    '```',
    '~~~',
    '[a]: b',
  ])('is a paragraph even when a line starts with %j', (text) => {
    for (const line of [prose(text), `above\n${prose(text)}`])
      expect(rendered(`> ${line}`).match(/<\w+/g)).toEqual(['<blockquote', '<p']);
    expect(rendered(prose(text))).toBe(
      `<p>${text.trim().replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</p>`,
    );
  });
});

describe('code', () => {
  /** What a reader sees of a span, in a cell of a table and outside of one. */
  const shown = (text: string) =>
    [`x ${code(text)} x`, `| a | b |\n| - | - |\n| x ${code(text)} x | end |`].map((markdown) =>
      // The span is an element of its own where it is written as one.
      micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true }),
    );

  it.each(['a|b', '\\|~<~', '\\\\|', '|', '`|`', '*a*|_b_', '@a|#1', '<b>|</b>'])(
    'shows %j as it is',
    (text) => {
      const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const [prose = '', table = ''] = shown(text);
      expect(prose).toBe(`<p>x <code>${html}</code> x</p>`);
      expect(table).toContain(`<td>x <code>${html}</code> x</td>\n<td>end</td>`);
    },
  );

  it('is one span in one cell, whatever it holds', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'<>`|*_[]()!#@\\~&;:/-\'"a '),
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (value) => {
        for (const html of shown(value))
          expect(html.match(/<(?!\/)(?!table|thead|tbody|tr|th|td)\w+/g)).toEqual(
            html.startsWith('<p>') ? ['<p', '<code'] : ['<code'],
          );
        expect(shown(value)[1]).toContain('<td>end</td>');
      }),
      { numRuns: 2000 },
    );
  });
});
