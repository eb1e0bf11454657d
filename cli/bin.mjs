#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

// Newer Node versions keep compiled code between runs: less to do at start-up.
module.enableCompileCache?.();

const bundle = new URL('../dist/lunchbox.mjs', import.meta.url);
if (existsSync(bundle)) await import(bundle.href);
else {
  process.stderr.write(
    'lunchbox is not built yet\n  Run `npm ci` (or `npm run build`) in the folder of the repository.\n',
  );
  process.exitCode = 2;
}
