import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, quoted } from '../../capabilities/build-image/printable.ts';

describe('lines of other programs', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;https://x\u001b\\link', 'link'],
    ['a\u0008\u0000b\u009bc\u007f', 'abc'],
    ['a\tb', 'a\tb'],
    ['a\u202eb', 'ab'],
  ])('%j', (line, expected) => {
    expect(printable(line)).toBe(expected);
  });

  it('have no control characters left, and are no commands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(quoted(line.replaceAll('\n', ''))).not.toMatch(/(?!\t)\p{Cc}|^\s*::|##\[/u);
      }),
    );
  });
});
