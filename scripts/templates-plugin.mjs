import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { TEMPLATES, templateSources } from './template-sources.mjs';

const NAME = 'lunchbox:templates';

/**
 * esbuild plugin: `import templates from 'lunchbox:templates'` gives every template, compiled.
 * The compiler is TypeScript, which Node 20 cannot import: it is bundled first, to a folder that is removed again.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
export function templatesPlugin(root) {
  return {
    name: 'templates',
    setup(build) {
      build.onResolve({ filter: /^lunchbox:templates$/ }, () => ({ path: NAME, namespace: 'templates' }));
      build.onLoad({ filter: /.*/, namespace: 'templates' }, async () => ({
        contents: (await compiler(root)).templatesModule(templateSources(root)),
        loader: 'js',
        watchDirs: [join(root, TEMPLATES)],
      }));
    },
  };
}

/** @param {string} root */
async function compiler(root) {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-build-'));
  const outfile = join(folder, 'bundle.mjs');
  try {
    await build({
      entryPoints: [join(root, 'generator/render/template/bundle.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'warning',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
