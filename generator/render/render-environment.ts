import { parse } from 'yaml';
import { type Problem, UserError } from '../errors.ts';
import { isMapping } from '../fields.ts';
import type { JsonObject } from '../manifest.ts';
import type { Environment } from '../spec/environment.ts';
import { header } from '../tree/header.ts';
import { manifestPath } from '../tree/paths.ts';
import { objectsOf } from './model/index.ts';
import type { ObjectSpec } from './model/object.ts';
import type { RenderInputs } from './model/render-inputs.ts';
import { templateError } from './template/problem.ts';
import type { LoadedTemplate, TemplateSet } from './templates.ts';

/** One rendered object and the file it belongs in. */
export interface RenderedFile {
  path: string;
  text: string;
  /** Which template it came from. */
  template: string;
}

/**
 * Renders every object of an environment. The same input gives the same bytes.
 * @throws UserError with `template:line:column` of every template that cannot be rendered.
 */
export function renderEnvironment(
  environment: Environment,
  inputs: RenderInputs,
  templates: TemplateSet,
): RenderedFile[] {
  const objects = objectsOf(environment, inputs);
  const files: RenderedFile[] = [];
  const problems: Problem[] = [];
  const attempt = (render: () => RenderedFile): void => {
    try {
      files.push(render());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
    }
  };
  for (const object of objects) {
    attempt(() => {
      const { origin, render } = templates.get(object.template);
      const path = manifestPath(environment.name, object.component, object.kind, object.name);
      return { path, text: header(origin) + render(object.context), template: origin };
    });
  }
  for (const added of templates.added) {
    for (const { component, context } of contextsFor(added.component, objects, environment)) {
      attempt(() => renderAdded(templates.get(added.name), environment.name, component, context));
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return files;
}

/** An object that only the user's template knows: its kind and name are what it turns out to have. */
function renderAdded(
  template: LoadedTemplate,
  environment: string,
  component: string,
  context: JsonObject,
): RenderedFile {
  const text = template.render(context);
  const object: unknown = parse(text);
  const kind = isMapping(object) ? object.kind : undefined;
  const name = isMapping(object) && isMapping(object.metadata) ? object.metadata.name : undefined;
  if (typeof kind !== 'string' || typeof name !== 'string') {
    throw templateError(
      template.origin,
      1,
      1,
      'renders to no Kubernetes object: `kind` and `metadata.name` are needed',
    );
  }
  return {
    path: manifestPath(environment, component, kind, name),
    text: header(template.origin) + text,
    template: template.origin,
  };
}

/** A template in `workload/` is rendered for each workload, any other one once for the app. */
function contextsFor(
  component: string,
  objects: readonly ObjectSpec[],
  environment: Environment,
): { component: string; context: JsonObject }[] {
  if (component !== 'workload') {
    const app = objects.find((object) => object.component === 'app');
    return [{ component, context: { ...app?.context, objectName: environment.app } }];
  }
  return environment.workloads.map(({ name }) => {
    const own = objects.find((object) => object.component === name && object.name === name);
    return { component: name, context: { ...own?.context, objectName: name } };
  });
}
