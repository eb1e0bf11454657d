import { type Problem, UserError } from '../errors.ts';
import type { JsonObject } from '../manifest.ts';
import type { Environment } from '../spec/environment.ts';
import { header } from '../tree/header.ts';
import { manifestPath } from '../tree/paths.ts';
import { objectsOf } from './model/index.ts';
import type { ObjectSpec } from './model/object.ts';
import type { RenderInputs } from './model/render-inputs.ts';
import type { TemplateSet } from './templates.ts';

/** One rendered object and the file it belongs in. */
export interface RenderedFile {
  path: string;
  text: string;
  /** Which template it came from. */
  template: string;
}

/**
 * Renders every object of an environment. The same input gives the same bytes.
 * @throws UserError with `template:line:column` when a template cannot be rendered.
 */
export function renderEnvironment(environment: Environment, inputs: RenderInputs, templates: TemplateSet): RenderedFile[] {
  const files: RenderedFile[] = [];
  const problems: Problem[] = [];
  const objects = objectsOf(environment, inputs);
  for (const object of [...objects, ...addedObjects(objects, environment, templates)]) {
    try {
      files.push(renderObject(object, environment, templates));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return files;
}

function renderObject(object: ObjectSpec, environment: Environment, templates: TemplateSet): RenderedFile {
  const template = templates.get(object.template);
  const text = header(template.origin) + template.render(object.context);
  const path = manifestPath(environment.name, object.component, object.kind, object.name);
  return { path, text, template: template.origin };
}

/** Templates of the user's own that add objects: once for the app, or once for each workload. */
function addedObjects(objects: readonly ObjectSpec[], environment: Environment, templates: TemplateSet): ObjectSpec[] {
  return templates.added.flatMap(({ name, component, file }) => {
    const contexts = contextsFor(component, objects, environment);
    return contexts.map(({ folder, context }) => ({
      template: name,
      component: folder,
      kind: file,
      name: String(context.objectName),
      context,
    }));
  });
}

function contextsFor(
  component: string,
  objects: readonly ObjectSpec[],
  environment: Environment,
): { folder: string; context: JsonObject }[] {
  if (component !== 'workload') {
    const app = objects.find((object) => object.component === 'app');
    return [{ folder: component, context: { ...app?.context, objectName: environment.app } }];
  }
  return environment.workloads.map((workload) => {
    const own = objects.find((object) => object.component === workload.name && 'image' in object.context);
    return { folder: workload.name, context: { ...own?.context, objectName: workload.name } };
  });
}
