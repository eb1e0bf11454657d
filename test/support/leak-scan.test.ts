import { describe, expect, it } from 'vitest';
import { leaks } from './leak-scan.ts';

const SECRET = 'pa$$w0rd "of" <mine>\nand a second line';

describe('leaks', () => {
  it.each<[string, (value: string) => string]>([
    ['plain', (value) => value],
    ['line', (value) => value.split('\n')[1] ?? ''],
    ['reversed', (value) => [...value].reverse().join('')],
    ['hex', (value) => Buffer.from(value).toString('hex')],
    ['json', (value) => JSON.stringify({ a: value })],
    ['url', (value) => encodeURIComponent(value)],
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

  it('finds nothing where there is nothing', () => {
    expect(leaks([['a log', 'password of mine, and a first line']], [SECRET])).toEqual([]);
    expect(() => leaks([['a log', '']], ['abc'])).toThrow('too short');
  });
});
