import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { templatesPlugin } from './templates-plugin.mjs';

/* Bundles the command line into dist/: what `npx lunchbox` runs, on any Node from 20.19. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const dist = join(root, 'dist');
const ENTRY = 'lunchbox.mjs';

const result = await build({
  absWorkingDir: root,
  entryPoints: { lunchbox: 'cli/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // Each command loads only what it needs: start-up time is part of the interface.
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  minify: true,
  // Stacks of bugs name functions.
  keepNames: true,
  metafile: true,
  write: false,
  define: { LUNCHBOX_VERSION: JSON.stringify(version) },
  // CommonJS dependencies call require().
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  external: ['kubeconform-bin'],
  // Its CommonJS build loses its named exports when it is split off into a chunk.
  alias: { '@peculiar/x509': '@peculiar/x509/build/x509.es.js' },
  logLevel: 'warning',
  plugins: [templatesPlugin(root)],
});
// In place one by one, the entry last: whoever runs lunchbox meanwhile finds a whole one, old or new.
mkdirSync(dist, { recursive: true });
const outputs = result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
outputs.push({ name: 'meta.json', contents: Buffer.from(JSON.stringify(result.metafile)) });
outputs.sort((a, b) => Number(a.name === ENTRY) - Number(b.name === ENTRY));
for (const { name, contents } of outputs) {
  const temporary = join(dist, `.${name}.${process.pid}`);
  writeFileSync(temporary, contents);
  renameSync(temporary, join(dist, name));
}
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
