import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { templatesPlugin } from './templates-plugin.mjs';

/* Bundles the command line into dist/: what `npx lunchbox` runs, on any Node from 20.19. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
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
writeFileSync(join(dist, 'meta.json'), JSON.stringify(result.metafile));
if (!process.argv.includes('--quiet')) {
  const bytes = Object.values(result.metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`dist/: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KB`);
}
