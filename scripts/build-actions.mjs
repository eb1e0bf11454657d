#!/usr/bin/env node
// Bundles every action into actions/<name>/dist/index.mjs: one file each, with the WebAssembly beside those that need it.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions, place } from './bundle.mjs';

/** Bytes; the WebAssembly beside it is not counted. Start-up time grows with it. */
const LIMIT = 1.2 * 1024 * 1024;
/** What kubeconform-bin reads from beside its own code. */
const BESIDE = ['kubeconform.wasm.br', 'SHA256SUMS'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes('--quiet');
const names = readdirSync(join(root, 'actions')).filter((name) =>
  existsSync(join(root, 'actions', name, 'main.ts')),
);

let failed = false;
for (const name of names) {
  const dist = join(root, 'actions', name, 'dist');
  mkdirSync(dist, { recursive: true });
  const { metafile, outputFiles } = await build({
    ...bundleOptions(root),
    entryPoints: [`actions/${name}/main.ts`],
    outfile: `actions/${name}/dist/index.mjs`,
  });
  const inputs = Object.keys(metafile.inputs);
  if (inputs.some((input) => input.includes('kubeconform-bin/index.mjs')))
    for (const file of BESIDE) place(dist, file, readFileSync(join(root, 'packages/kubeconform-bin', file)));
  for (const { contents } of outputFiles) place(dist, 'index.mjs', contents);
  const bytes = outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
  const undicis = new Set(inputs.flatMap((input) => /^(.*node_modules\/undici)\//.exec(input)?.[1] ?? []));
  if (!quiet) console.log(`actions/${name}: ${Math.round(bytes / 1024)} KB`);
  if (bytes > LIMIT || undicis.size > 1) {
    failed = true;
    console.error(
      `actions/${name}: ${bytes} bytes, ${undicis.size} undici; at most ${LIMIT} bytes and one undici`,
    );
  }
}
process.exitCode = failed ? 1 : 0;
