#!/usr/bin/env node
// Measures speed and size on this machine: medians of whole processes. `npm run bench`, or `npm run bench -- 3` for three
// runs of each. Peers are measured where they are installed (helm, kubectl, kapp), doing the same work on the same objects.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actions } from './actions.mjs';
import { deliveries } from './deliveries.mjs';
import { line, ms, time } from './measure.mjs';
import { peers } from './peers.mjs';
import { manyEnvironments, oneRun } from './render.mjs';
import { largeReview, review } from './review.mjs';
import { sizes } from './sizes.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const runs = Number(process.argv[2] ?? 5);
// Beside the repository's own files: that is the disk that users render to.
mkdirSync(join(root, '.cache'), { recursive: true });
const scratch = mkdtempSync(join(root, '.cache/bench-'));

try {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('Lunchbox cannot be built');
  console.log(`node ${process.version}, ${runs} runs each, median of whole processes\n`);
  const file = join(scratch, 'empty.mjs');
  writeFileSync(file, '');
  const empty = time(process.execPath, [file], runs);
  line('empty Node process', ms(empty));
  const bench = { root, cli: join(root, 'cli/bin.mjs'), scratch, runs, empty };
  oneRun(bench);
  review(bench);
  largeReview(bench);
  actions(bench);
  peers(bench, manyEnvironments(bench));
  sizes(bench);
  await deliveries(bench);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
