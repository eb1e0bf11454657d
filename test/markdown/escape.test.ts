import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { prose } from '../../generator/markdown/escape.ts';

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
