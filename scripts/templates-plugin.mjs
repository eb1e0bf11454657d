import { join } from 'node:path';
import { loadTypeScript } from './load-typescript.mjs';
import { TEMPLATES, templateSources } from './template-sources.mjs';

/**
 * esbuild plugin: `import templates from 'lunchbox:templates'` gives every template, compiled.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
export function templatesPlugin(root) {
  return {
    name: 'templates',
    setup(build) {
      build.onResolve({ filter: /^lunchbox:templates$/ }, ({ path }) => ({ path, namespace: 'templates' }));
      build.onLoad({ filter: /.*/, namespace: 'templates' }, async () => {
        const { templatesModule } = await loadTypeScript(join(root, 'generator/render/template/bundle.ts'));
        return {
          contents: templatesModule(templateSources(root)),
          loader: 'js',
          watchDirs: [join(root, TEMPLATES)],
        };
      });
    },
  };
}
