import { describe, expect, it } from 'vitest';
import { contextArgument, parseSource } from '../../capabilities/build-image/source.ts';

const COMMIT = '989d2121ef864a6a42aca6f6ad897c2311116fee';

describe('a context', () => {
  it.each([
    ['.', '.'],
    ['', '.'],
    ['app', './app'],
    ['./app/', './app'],
    ['-app', './-app'],
    ['the app', './the app'],
    ['a/../b', './b'],
    ['https', './https'],
    [`https://git.example/app.git#${COMMIT}`, `https://git.example/app.git#${COMMIT}`],
    [`https://git.example/app.git#${COMMIT}:sub/folder`, `https://git.example/app.git#${COMMIT}:sub/folder`],
    [`git@git.example:acme/app.git#${COMMIT}`, `git@git.example:acme/app.git#${COMMIT}`],
    [`ssh://git@git.example/app#${COMMIT}`, `ssh://git@git.example/app#${COMMIT}`],
    [`git://git.example/app#${'a'.repeat(64)}`, `git://git.example/app#${'a'.repeat(64)}`],
  ])('%s', (context, argument) => {
    expect(contextArgument(parseSource(context))).toBe(argument);
  });

  it.each([
    ['https://git.example/app.git', 'names no commit'],
    ['https://git.example/app.git#main', '`main` is no full commit'],
    ['https://git.example/app.git#989d212', '`989d212` is no full commit'],
    [`https://git.example/app.git#${COMMIT.toUpperCase()}`, 'is no full commit'],
    [`https://git.example/app#${COMMIT}`, 'for an archive'],
    [`https://someone:hunter22@git.example/app.git#${COMMIT}`, 'has credentials in it'],
    [`https://hunter22@git.example/app.git#${COMMIT}`, 'has credentials in it'],
    [`ssh://git:hunter22@git.example/app.git#${COMMIT}`, 'has credentials in it'],
    ['../other', 'neither a folder'],
    ['a/../../other', 'neither a folder'],
    ['/etc', 'neither a folder'],
    ['ftp://hunter22@git.example/app.git', 'neither a folder'],
    ['a\\b', 'neither a folder'],
    ['a\nb', 'neither a folder'],
  ])('%s is refused', (context, message) => {
    expect(() => parseSource(context)).toThrow(message);
    expect(() => parseSource(context)).not.toThrow('hunter22');
  });
});
