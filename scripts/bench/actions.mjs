import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { kb, line, ms, time } from './measure.mjs';

/** How long each action takes until it has found that its inputs are wrong: its bundle is loaded then, and little else. */
export function actions({ root, runs, empty }) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build-actions.mjs'), '--quiet'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the actions cannot be built');
  for (const name of readdirSync(join(root, 'actions'))) {
    const bundle = join(root, 'actions', name, 'dist/index.mjs');
    if (!existsSync(bundle)) continue;
    const bytes = statSync(bundle).size;
    const env = { PATH: process.env.PATH, INPUT_NONSENSE: 'x' };
    const taken = time(process.execPath, [bundle], runs, { env, cwd: root });
    line(
      `start of actions/${name}`,
      ms(taken),
      `${ms(taken - empty)} over an empty process (limit 250 ms); ${kb(bytes)} (limit ${kb(1.2 * 1024 * 1024)})`,
    );
  }
}
