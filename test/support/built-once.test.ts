import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { builtOnce } from './built-once.ts';
import { folderWith } from './cli.ts';

beforeEach(() => {
  vi.stubEnv('XDG_CACHE_HOME', folderWith({}));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const writes = (text: string) => (folder: string) => writeFileSync(join(folder, 'program'), text);

it('builds what is not there, and not again', () => {
  const folder = builtOnce('tool-v1', writes('first'));
  const again = () => {
    throw new Error('built again');
  };
  expect(builtOnce('tool-v1', again)).toBe(folder);
  expect(readFileSync(join(folder, 'program'), 'utf8')).toBe('first');
});

it('takes what another has built meanwhile, and leaves nothing else behind', () => {
  const folder = builtOnce('tool-v1', (own) => {
    writes('slow')(own);
    builtOnce('tool-v1', writes('fast'));
  });
  expect(readFileSync(join(folder, 'program'), 'utf8')).toBe('fast');
  expect(readdirSync(dirname(folder))).toEqual(['tool-v1']);
});

it('keeps nothing of a build that fails', () => {
  const fails = (folder: string) => {
    writes('half')(folder);
    throw new Error('no network');
  };
  expect(() => builtOnce('tool-v1', fails)).toThrow('no network');
  expect(readFileSync(join(builtOnce('tool-v1', writes('whole')), 'program'), 'utf8')).toBe('whole');
});
