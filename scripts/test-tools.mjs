#!/usr/bin/env node
// Builds every program that the system tests run beside Lunchbox into the cache, one after the other: `npm run test:tools`.
// Tests build what they lack themselves, but then two of them at the same time, and inside of their time limits.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './load-typescript.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const { TOOLS } = await loadTypeScript(join(process.cwd(), 'test/support/tools.ts'));
for (const [name, build] of Object.entries(TOOLS)) {
  const begun = Date.now();
  build();
  console.log(`${name}: ${((Date.now() - begun) / 1000).toFixed(0)} s`);
}
