#!/usr/bin/env node
// `npm run demo:provision`: from an empty account to a cluster that can be delivered to, with no account and no token. A
// DigitalOcean of our own on loopback, and droplets played by a real sshd in a network of their own. Nothing of it stays.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from '../load-typescript.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
process.chdir(root);
spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' });
const { demo } = await loadTypeScript(join(root, 'scripts/demo/provision.ts'));
process.exitCode = await demo();
