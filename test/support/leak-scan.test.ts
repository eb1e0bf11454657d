import { describe, expect, it } from 'vitest';
import { folderWith } from './cli.ts';
import { leaks, textsBelow } from './leak-scan.ts';

const SECRET = 'pa$$w0rd "of" <mine>\nand a sécond line';

describe('leaks', () => {
  it.each<[string, (value: string) => string]>([
    ['plain', (value) => value],
    ['line', (value) => value.split('\n')[1] ?? ''],
    ['reversed', (value) => [...value].reverse().join('')],
    ['hex', (value) => Buffer.from(value).toString('hex')],
    ['hex', (value) => Buffer.from(value).toString('hex').toUpperCase()],
    ['json', (value) => JSON.stringify({ a: value })],
    ['json', (value) => JSON.stringify({ a: value }).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')],
    [
      'json',
      (value) => JSON.stringify(value).replace(/[<>é]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    ],
    ['url', (value) => encodeURIComponent(value)],
    ['url', (value) => encodeURI(value)],
    ['url', (value) => new URLSearchParams({ q: value }).toString()],
    ['url', (value) => encodeURIComponent(value).replaceAll(/%../g, (code) => code.toLowerCase())],
    [
      'escaped',
      // As `$'…'` of a shell.
      (value) =>
        [...Buffer.from(value)]
          .map((byte) => String.fromCharCode(byte))
          .map((char) =>
            /[a-z0-9]/i.test(char) ? char : `\\x${Buffer.from(char, 'latin1').toString('hex')}`,
          )
          .join(''),
    ],
    ['html', (value) => value.replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    ['base64', (value) => Buffer.from(value).toString('base64')],
    ['base64', (value) => Buffer.from(`a${value}b`).toString('base64')],
    ['base64', (value) => Buffer.from(`ab${value}bcd`).toString('base64')],
    ['base64', (value) => Buffer.from(value).toString('base64').replace(/.{20}/g, '$&\n')],
    ['base64url', (value) => Buffer.from(`xyz${value}?`).toString('base64url')],
  ])('finds a value in the form %s', (form, encode) => {
    const found = leaks([['a log', `before ${encode(SECRET)} after`]], [SECRET]);
    expect(found).toContain(`${form} of secret 1 in a log`);
  });

  it('reads every file below a folder', () => {
    const folder = folderWith({ 'a/b/c': 'nothing', 'a/.hidden/d': `x${SECRET}x` });
    const found = leaks(textsBelow(folder), [SECRET]);
    expect(found).toContain(`plain of secret 1 in ${folder}/a/.hidden/d`);
    expect(found.join('\n')).not.toContain('a/b/c');
  });

  it('finds nothing where there is nothing', () => {
    expect(leaks([['a log', 'password of mine, and a first line']], [SECRET])).toEqual([]);
    expect(() => leaks([['a log', '']], ['abc'])).toThrow('too short');
  });
});
