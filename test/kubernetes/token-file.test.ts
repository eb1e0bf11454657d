import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tokenOfFile } from '../../adapters/kubernetes/token-file.ts';
import { folderWith } from '../support/cli.ts';

it('a token is the one that its file holds now, or held last', async () => {
  const file = join(folderWith({ token: 'second\n' }), 'token');
  const token = tokenOfFile(file, 'first');
  expect(await token()).toBe('second');
  writeFileSync(file, 'third');
  expect(await token()).toBe('third');
  writeFileSync(file, '');
  expect(await token()).toBe('third');
  rmSync(file);
  expect(await token()).toBe('third');
  expect(await tokenOfFile(file, 'first')()).toBe('first');
});
