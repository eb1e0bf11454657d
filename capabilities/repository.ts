import { type Problem, UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import { loadTemplates, type TemplateSet, type UserTemplate } from '../generator/render/templates.ts';
import {
  environmentNamed,
  type ResolvedEnvironment,
  readSpec,
  type Spec,
} from '../generator/spec/read-spec.ts';

/** A folder with a `lunchbox.yaml`. */
export interface Repository {
  files: Files;
  /** The spec, from the root of `files`. */
  specFile: string;
}

const SUFFIX = '.yaml.hbs';

/** @throws UserError when there is no spec, and with every mistake in it. */
export function loadSpec({ files, specFile }: Repository): Spec {
  const text = files.read(specFile);
  if (text === undefined) {
    throw new UserError({
      message: `there is no ${specFile} here`,
      remedy: 'Go to the folder of the repository, or name the spec with --file.',
    });
  }
  return readSpec(specFile, text, (path) => files.read(path));
}

/** The environments of those names, in the spec's order; all of them when none is named. */
export function selectEnvironments(spec: Spec, names: readonly string[]): ResolvedEnvironment[] {
  const wanted = new Set(names.map((name) => environmentNamed(spec, name)));
  return wanted.size === 0 ? spec.environments : spec.environments.filter((each) => wanted.has(each));
}

/** Lunchbox' templates with those of the folder that the spec names. @throws UserError with `template:line:column`. */
export async function loadRepositoryTemplates({ files }: Repository, spec: Spec): Promise<TemplateSet> {
  const folder = spec.templates;
  if (folder === undefined) return loadTemplates([]);
  const own: UserTemplate[] = [];
  const problems: Problem[] = [];
  const root = folder.replace(/\/+$/, '');
  for (const file of files.list(root)) {
    if (!file.endsWith(SUFFIX)) continue;
    const source = files.read(file) ?? '';
    own.push({
      name: file.slice(root.length + 1, -SUFFIX.length),
      file,
      source: source.replaceAll('\r\n', '\n'),
    });
  }
  if (own.length === 0) {
    problems.push({
      message: `\`templates: ${folder}\` holds no template`,
      remedy: `Put templates there, such as ${root}/workload/deployment${SUFFIX}, or remove the key.`,
    });
  }
  if (problems.length > 0) throw new UserError(problems);
  return loadTemplates(own);
}
