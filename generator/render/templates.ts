import builtin from 'lunchbox:templates';
import type { JsonObject } from '../manifest.ts';
import { instantiateTemplate } from './template/runtime.ts';

/** One template, ready to render. */
export interface LoadedTemplate {
  /** As the header of each rendered file names it, e.g. `workload/deployment.yaml.hbs`. */
  origin: string;
  render(context: JsonObject): string;
}

/** The templates of one run: Lunchbox' own, with the user's laid over them. */
export interface TemplateSet {
  get(name: string): LoadedTemplate;
  /** Templates that stand for no object of Lunchbox' own. */
  added: readonly { name: string; component: string }[];
}

/** A user's template: path below the templates folder without its ending, and its text. */
export interface UserTemplate {
  name: string;
  /** Path from the root of the repository. */
  file: string;
  source: string;
}

const SUFFIX = '.yaml.hbs';

/**
 * Lunchbox' templates, each replaced by the user's of the same name; others of the user's add objects.
 * Full Handlebars is loaded only when there are user's templates.
 */
export async function loadTemplates(own: readonly UserTemplate[]): Promise<TemplateSet> {
  const loaded = new Map<string, LoadedTemplate>();
  const added: TemplateSet['added'][number][] = [];
  if (own.length > 0) {
    const { loadTemplate } = await import('./template/load.ts');
    for (const { name, file, source } of own) {
      loaded.set(name, { origin: file, render: loadTemplate(source, file) });
      if (Object.hasOwn(builtin, name)) continue;
      const slash = name.lastIndexOf('/');
      added.push({ name, component: slash < 0 ? 'app' : name.slice(0, slash) });
    }
  }
  return {
    added,
    get(name) {
      const known = loaded.get(name);
      if (known) return known;
      const spec = Object.hasOwn(builtin, name) ? builtin[name] : undefined;
      if (!spec) throw new Error(`no template ${name}`);
      const template = { origin: name + SUFFIX, render: instantiateTemplate(spec, name + SUFFIX) };
      loaded.set(name, template);
      return template;
    },
  };
}
