import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Imports a TypeScript module, which Node 20 cannot do by itself: bundled to a folder that is removed again.
 * @param {string} entry Absolute path.
 * @param {import('esbuild').Plugin[]} [plugins]
 * @returns {Promise<any>}
 */
export async function loadTypeScript(entry, plugins = []) {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-build-'));
  const outfile = join(folder, 'bundle.mjs');
  try {
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'warning',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      plugins,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
