import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEncodedText } from '../../generator/seal/double-encoding.ts';
import { itemNameFault } from '../../generator/seal/item-name.ts';
import { lintValue } from '../../generator/seal/value-lint.ts';
import { bytes } from './fixture.ts';

const lint = (text: string, keep = false) =>
  lintValue(bytes(text), keep).map(({ severity, message }) => `${severity}: ${message}`);
const newline =
  'error: ends with a newline, which becomes part of the value (`echo secret | base64` makes one)';
const blank = (where: string) => `error: ${where} with a blank, which becomes part of the value`;
const encoded = 'warning: is base64 of text; sealing needs no base64, and the app would get it encoded';
const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';

describe('value', () => {
  it('is refused with a newline or a blank around it', () => {
    expect(lint('hunter2\n')).toEqual([newline]);
    expect(lint('hunter2\r\n')).toEqual([newline]);
    expect(lint('hunter2\r')).toEqual([newline]);
    expect(lint('two\nlines\n')).toEqual([newline]);
    expect(lint('hunter2 ')).toEqual([blank('ends')]);
    expect(lint('\thunter2')).toEqual([blank('begins')]);
    expect(lint('\n hunter2\u00a0')).toEqual([blank('begins and ends')]);
    expect(lint('\ufeffhunter2')).toEqual([blank('begins')]);
    expect(lint('\n')).toEqual([newline]);
  });

  it('may have them when that is meant', () => {
    for (const text of ['hunter2\n', ' hunter2 ', '\n']) expect(lint(text, true)).toEqual([]);
  });

  it('may have blanks and newlines inside', () => {
    for (const text of ['a b', 'two\nlines', 'x']) expect(lint(text)).toEqual([]);
  });

  it('keeps the final newline of PEM and JSON, but nothing more', () => {
    expect(lint(`${pem}\n`)).toEqual([]);
    expect(lint('{"a": 1}\n')).toEqual([]);
    expect(lint('{\n "a": 1\n}\r\n')).toEqual([]);
    expect(lint('["a"]')).toEqual([]);
    expect(lint(`${pem}\n\n`)).toEqual([newline]);
    expect(lint('{"a": 1} \n')).toEqual([blank('ends')]);
    expect(lint('{not json}\n')).toEqual([newline]);
    expect(lint('"json string"\n')).toEqual([newline]);
    expect(lint('12345\n')).toEqual([newline]);
  });

  it('is warned about when PEM lacks its final newline', () => {
    expect(lint(pem)).toEqual(['warning: is PEM without its final newline, which some programs refuse']);
  });

  it('is warned about when it is empty, not text, or encoded twice, and refused when it is too large', () => {
    expect(lint('')).toEqual(['warning: is empty']);
    const binary = 'warning: is not text: no environment variable can hold it';
    expect(lint('a\0b')).toEqual([binary]);
    expect(lintValue(Buffer.from([0xff, 0xfe, 0x0a])).map(({ message }) => `warning: ${message}`)).toEqual([
      binary,
    ]);
    expect(lint('YWRtaW4=')).toEqual([encoded]);
    expect(lint('YWRtaW4=\n')).toEqual([newline]);
    expect(lintValue(Buffer.alloc(1024 * 1024, 0x61))).toEqual([]);
    expect(lintValue(Buffer.alloc(1024 * 1024 + 1, 0x61)).map(({ severity }) => severity)).toEqual(['error']);
  });

  it('is refused exactly when trimming would change it, and is no document', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0') && !/^[{[]|^-----BEGIN /.test(text));
        const refused = lintValue(bytes(text)).some(({ severity }) => severity === 'error');
        expect(refused).toBe(text !== text.trim());
      }),
      { numRuns: 1000 },
    );
  });
});

describe('name of an item', () => {
  it('is a key that a Secret may have', () => {
    for (const name of ['a', 'redis-password', 'TLS_KEY', '.dockerconfigjson', 'tls.crt', '-', 'x..'])
      expect(itemNameFault(name), name).toBeUndefined();
    for (const name of ['', '.', '..', '..a', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(254)]) {
      expect(itemNameFault(name), name).toBeDefined();
    }
  });
});

describe('double encoding', () => {
  it('is seen in base64 of printable text', () => {
    const texts = [
      'admin',
      'hunter2',
      'correct horse battery staple',
      'secret\n',
      'größe',
      '{"user":"a"}',
      'postgres://u:p@h/d',
    ];
    for (const text of texts) expect(isEncodedText(Buffer.from(text).toString('base64')), text).toBe(true);
  });

  it('is not seen in words, names, numbers, hexadecimal or short texts', () => {
    const texts = [
      'password',
      'correcthorse',
      'staging-db01',
      'CamelCaseWordsHere42',
      'deadbeefcafe',
      '0123456789abcdef',
      '20261123',
      '123456789012',
      'abcd',
      'YQ==',
      'redis',
      'x-skylunch-key',
      'AKIAIOSFODNN7EXAMPLE',
      'glpat-abcdefghijkl',
      'YWRtaW4',
      '550e8400e29b41d4a716446655440000',
      'Tr0ub4dor3AB',
      'YWRtaW5z',
      'AQIDBAUGBwgJCgsM',
      'aaaaaaaaaaaa',
    ];
    for (const text of texts) expect(isEncodedText(text), text).toBe(false);
  });

  it('is not seen in base64 of random bytes, as keys are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (random) => {
        fc.pre(!isUtf8(random));
        expect(isEncodedText(Buffer.from(random).toString('base64'))).toBe(false);
      }),
    );
  });
});
