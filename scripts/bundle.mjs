import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { templatesPlugin } from './templates-plugin.mjs';

/**
 * What the bundles of the command line and of the actions have in common.
 * @param {string} root
 * @returns {import('esbuild').BuildOptions & { metafile: true, write: false }}
 */
export function bundleOptions(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    // The oldest Node that Lunchbox supports; GitHub runs actions on 24.
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
    alias: {
      // Its CommonJS build loses its named exports when it is split off into a chunk.
      '@peculiar/x509': '@peculiar/x509/build/x509.es.js',
      // One copy for us and for dots-wrapper, which asks for the CommonJS one.
      axios: 'axios/dist/node/axios.cjs',
      'form-data': join(root, 'scripts/form-data.cjs'),
      // Handlebars does without it when it is not there; nobody debugs a compiled template.
      'source-map': join(root, 'scripts/empty-module.cjs'),
    },
    logLevel: 'warning',
    plugins: [templatesPlugin(root)],
  };
}

/** Writes a file whole or not at all: somebody may run what is there meanwhile. */
export function place(folder, name, contents) {
  const temporary = join(folder, `.${name}.${process.pid}`);
  writeFileSync(temporary, contents);
  renameSync(temporary, join(folder, name));
}
