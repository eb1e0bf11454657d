#!/usr/bin/env node
// Bundles every action into actions/<name>/dist/index.mjs: one file each, with the WebAssembly beside those that need it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { templatesPlugin } from './templates-plugin.mjs';

/** Bytes; the WebAssembly beside it is not counted. Start-up time grows with it. */
const LIMIT = 1.2 * 1024 * 1024;
/** What kubeconform-bin reads from beside its own code. */
const BESIDE = ['kubeconform.wasm.br', 'SHA256SUMS'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const quiet = process.argv.includes('--quiet');
const names = readdirSync(join(root, 'actions')).filter((name) =>
  existsSync(join(root, 'actions', name, 'main.ts')),
);

let failed = false;
for (const name of names) {
  const dist = join(root, 'actions', name, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`actions/${name}/main.ts`],
    outfile: `actions/${name}/dist/index.mjs`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    // Stacks of bugs name functions.
    keepNames: true,
    metafile: true,
    define: { LUNCHBOX_VERSION: JSON.stringify(version) },
    // CommonJS dependencies call require().
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    alias: { '@peculiar/x509': '@peculiar/x509/build/x509.es.js' },
    logLevel: 'warning',
    plugins: [templatesPlugin(root)],
  });
  const inputs = Object.keys(metafile.inputs);
  if (inputs.some((input) => input.includes('kubeconform-bin/index.mjs')))
    for (const file of BESIDE) copyFileSync(join(root, 'packages/kubeconform-bin', file), join(dist, file));
  const [output] = Object.values(metafile.outputs);
  const bytes = output?.bytes ?? 0;
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
