import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from './cli.ts';
import { turn } from './turn.ts';

it('is waited for while another process has it', async () => {
  const file = join(folderWith({}), 'lock');
  // A grandchild, so that somebody takes note of its end while this process only waits.
  const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
  writeFileSync(file, pid);
  const end = turn(file);
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  end();
  expect(existsSync(file)).toBe(false);
});

it('is taken from a process that died with it', () => {
  const file = join(folderWith({}), 'lock');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(file, String(pid));
  turn(file)();
  expect(existsSync(file)).toBe(false);
});
