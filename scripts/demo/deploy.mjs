#!/usr/bin/env node
// `npm run demo:deploy`: this repository's staging environment on a real control plane, on this machine. Nothing of it
// stays: the cluster, the copy of the repository and its keys are gone when it ends.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from '../load-typescript.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
process.chdir(root);

if (spawnSync('go', ['version']).status !== 0) {
  console.error(
    'error  there is no Go here, with which the control plane is built\n       Install Go 1.25 or newer: https://go.dev/dl/',
  );
  process.exit(2);
}
spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' });
const { demo } = await loadTypeScript(join(root, 'scripts/demo/deploy.ts'));
process.exitCode = await demo();
