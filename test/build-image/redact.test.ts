import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, quoted } from '../../capabilities/build-image/printable.ts';
import { redactor } from '../../capabilities/build-image/redact.ts';

const redact = redactor({});

describe('hiding secrets', () => {
  it.each([
    ['https://someone:hunter22@git.example/app.git', 'https://***@git.example/app.git'],
    ['https://hunter22@git.example', 'https://***@git.example'],
    ['https://someone:hun@ter22@git.example', 'https://***@git.example'],
    ['Authorization: Bearer hunter22', 'Authorization: ***'],
    ['"Authorization": "Basic hunter22"', '"Authorization": "***"'],
    ['bearer hunter22hunter22==', 'bearer ***'],
    ['https://x.example/?token=hunter22&a=b', 'https://x.example/?token=***&a=b'],
    [`ghs_${'x'.repeat(36)}.`, '***.'],
    [`dckr_pat_${'x'.repeat(27)}`, '***'],
    [`dop_v1_${'0'.repeat(64)}`, '***'],
    ['eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl', '***'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'registry.example/acme/shop@sha256:aaaa',
    'git@git.example:acme/app.git',
    'https://git.example/app.git#989d2121',
    'ERROR: failed to solve: unexpected status 401 Unauthorized',
    '#5 [2/3] RUN npm install @scope/package',
    'http://a.example/x and later b@c.example',
  ])('%s stays', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('hides the values of variables whose names are secret', () => {
    const by = redactor({
      NPM_TOKEN: 'one-two-three',
      HOME: '/home/someone',
      MULTI_SECRET: 'first-line\nsecond-line',
      A_PASSWORD: 'short',
    });
    const nested = redactor({ A_TOKEN: 'begin-of', B_TOKEN: 'begin-of-another' });
    expect(nested('begin-of-another')).toBe('***');
    expect(by('one-two-three /home/someone second-line short')).toBe('*** /home/someone *** short');
  });
});

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
