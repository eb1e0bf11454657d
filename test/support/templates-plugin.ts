import type { Plugin } from 'vitest/config';
import { templatesModule } from '../../generator/render/template/bundle.ts';
import { templateSources } from '../../scripts/template-sources.mjs';

/** Gives tests the same `lunchbox:templates` as the bundle has. */
export function templatesForVite(): Plugin {
  return {
    name: 'templates',
    resolveId: (id) => (id === 'lunchbox:templates' ? '\0lunchbox:templates' : undefined),
    load: (id) =>
      id === '\0lunchbox:templates' ? templatesModule(templateSources(process.cwd())) : undefined,
  };
}
