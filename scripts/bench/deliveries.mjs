import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadTypeScript } from '../load-typescript.mjs';
import { line, ms, which } from './measure.mjs';

const COUNTS = [17, 60];

/** Deliveries of the same manifests to the same API server, beside kubectl, and beside helm and kapp where they are installed. */
export async function deliveries({ root, cli, scratch, runs }) {
  if (spawnSync('go', ['version']).status !== 0) {
    line('lunchbox deploy', 'not run', 'no Go, with which the API server is built');
    return;
  }
  const load = (file) => loadTypeScript(join(root, file));
  const { compareDeliveries, SCENARIOS } = await load('scripts/bench/deploy/index.ts');
  const { helm, kapp, kubectl, lunchbox } = await load('scripts/bench/deploy/contenders.ts');
  const { kubectlProgram } = await load('test/cluster/programs.ts');
  const contenders = [lunchbox(cli), kubectl(kubectlProgram())];
  for (const [name, make] of Object.entries({ helm, kapp })) {
    const program = which(name);
    if (program) contenders.push(make(program));
    else line(`${name}, a delivery`, 'not run', `no ${name} on PATH`);
  }
  const folder = join(scratch, 'deliveries');
  mkdirSync(folder);
  const rows = await compareDeliveries(contenders, COUNTS, runs, folder);
  for (const count of COUNTS)
    for (const scenario of SCENARIOS) {
      const same = rows.filter((row) => row.count === count);
      const [own] = same;
      for (const { tool, figures } of same) {
        const { milliseconds, calls, writes } = figures[scenario];
        const ratio = milliseconds / own.figures[scenario].milliseconds;
        const beside = tool === own.tool ? '' : `, ${ratio.toFixed(2)} times as long as Lunchbox`;
        line(
          `${tool}, ${count} objects, ${scenario}`,
          ms(milliseconds),
          `${calls} calls, ${writes} writes${beside}`,
        );
      }
    }
}
