import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions, place } from './bundle.mjs';

/* Bundles the command line into dist/: what `npx lunchbox` runs, on any Node from 20.19. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const ENTRY = 'lunchbox.mjs';

const result = await build({
  ...bundleOptions(root),
  entryPoints: { lunchbox: 'cli/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  // Each command loads only what it needs: start-up time is part of the interface.
  splitting: true,
  external: ['kubeconform-bin'],
});
// In place one by one, the entry last: whoever runs lunchbox meanwhile finds a whole one, old or new.
mkdirSync(dist, { recursive: true });
const outputs = result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
outputs.push({ name: 'meta.json', contents: Buffer.from(JSON.stringify(result.metafile)) });
outputs.sort((a, b) => Number(a.name === ENTRY) - Number(b.name === ENTRY));
for (const { name, contents } of outputs) place(dist, name, contents);
const current = new Set(outputs.map(({ name }) => name));
for (const name of readdirSync(dist)) {
  if (!current.has(name) && !name.startsWith('.')) rmSync(join(dist, name), { force: true });
}
if (!process.argv.includes('--quiet')) {
  const bytes = outputs.reduce(
    (sum, { name, contents }) => sum + (name.endsWith('.mjs') ? contents.length : 0),
    0,
  );
  console.log(`dist/: ${outputs.length} files, ${Math.round(bytes / 1024)} KB`);
}
