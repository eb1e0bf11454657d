import { compareTrees } from '../generator/diff/compare-trees.ts';
import type { EnvironmentTree } from '../generator/diff/environment-tree.ts';
import { groupChanges } from '../generator/diff/group-changes.ts';
import type { EnvironmentReview, Notice, OtherFile, Review, Revision } from '../generator/diff/review.ts';
import { risksOf } from '../generator/diff/risks/index.ts';
import { treeDigest } from '../generator/diff/tree-digest.ts';
import { formatProblem, UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import type { Spec } from '../generator/spec/read-spec.ts';
import { environmentFolder, manifestsFolder } from '../generator/tree/paths.ts';
import { sortFindings } from '../generator/validate/formats/text.ts';
import { isManifestFile, readManifests } from '../generator/validate/read-manifests.ts';
import { renderAll } from './render.ts';
import { loadRepositoryTemplates, loadSpec, type Repository } from './repository.ts';
import { validateTrees } from './review-findings.ts';
import type { ReviewRange } from './review-range.ts';
import type { ValidatePorts } from './validate.ts';

/** One side of a review: a commit, or the working tree. */
interface Side {
  revision: Revision;
  files: Files;
}

/**
 * Compares what two revisions of a repository want of each environment. Desired against desired: no cluster is asked.
 * @param validate Without it nothing is validated; with an undefined `engine` only wiring and capacity are.
 */
export async function review(
  { base, head, specFile }: ReviewRange,
  validate: ValidatePorts | undefined,
): Promise<Review> {
  const notices: Notice[] = [];
  const names = environmentsOf(base.files, head.files);
  const specs = { before: specOf(base, specFile), after: specOf(head, specFile) };
  const trees = names.map((name) => ({
    name,
    before: treeOf(base.files, name, specs.before.spec),
    after: treeOf(head.files, name, specs.after.spec),
  }));
  if (specs.after.error !== undefined) {
    notices.push({ message: `${specFile} cannot be read at ${head.revision.name}: ${specs.after.error}` });
  } else if (specs.after.spec) {
    notices.push(...(await staleTrees(specs.after.spec, { files: head.files, specFile })));
  }
  if (trees.every(({ before }) => before === undefined)) {
    notices.push({ message: `${base.revision.name} has no clusters/ yet: everything is new` });
  }
  const findings =
    validate &&
    (await validateTrees(
      trees.map(({ after }) => after),
      validate,
    ));
  const environments = trees.map(({ name, before, after }, index): EnvironmentReview => {
    for (const tree of [before, after]) notices.push(...unreadable(tree, tree === after ? head : base));
    const changes = compareTrees(name, before, after);
    const risks = risksOf({ environment: name, changes, before, after });
    const otherFiles = otherChanges(base.files, head.files, name);
    const own = findings?.[index];
    return { name, before, after, changes, risks, otherFiles, ...(own && { findings: sortFindings(own) }) };
  });
  return {
    base: base.revision,
    head: head.revision,
    environments,
    groups: groupChanges(environments),
    notices,
  };
}

/** Every environment that has a folder on one of the sides, the one that people care most about first. */
function environmentsOf(...sides: Files[]): string[] {
  const names = sides.flatMap((files) =>
    files.list('clusters').flatMap((path) => /^clusters\/([^/]+)\/./.exec(path)?.[1] ?? []),
  );
  const production = (name: string) => (/^prod/.test(name) ? 0 : 1);
  return [...new Set(names)].sort((a, b) => production(a) - production(b) || (a < b ? -1 : 1));
}

function specOf({ files }: Side, specFile: string): { spec?: Spec; error?: string } {
  if (files.read(specFile) === undefined) return {};
  try {
    return { spec: loadSpec({ files, specFile }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { error: error.problems.map(formatProblem).join('\n') };
  }
}

function treeOf(files: Files, environment: string, spec: Spec | undefined): EnvironmentTree | undefined {
  const folder = manifestsFolder(environment);
  const texts = files.list(folder).map((path) => ({ path, text: files.read(path) ?? '' }));
  if (texts.length === 0) return undefined;
  const { manifests, problems } = readManifests(texts.filter(({ path }) => isManifestFile(path)));
  const droplet = spec?.environments.find((each) => each.environment.name === environment)?.environment
    .droplet;
  return { environment, manifests, problems, digest: treeDigest(folder, texts), droplet };
}

/** Committed files that are not what the spec renders: the review shows the former, so its reader must know. */
async function staleTrees(spec: Spec, repository: Repository): Promise<Notice[]> {
  try {
    const templates = await loadRepositoryTemplates(repository, spec);
    const names = new Set(spec.environments.map(({ environment }) => environment.name));
    return renderAll(spec, templates, repository, names).flatMap(({ environment, plan }): Notice[] => {
      const stale = [...plan.added, ...plan.changed, ...plan.removed];
      if (stale.length === 0) return [];
      const some = stale.slice(0, 3).join(', ') + (stale.length > 3 ? ` and ${stale.length - 3} more` : '');
      return [
        {
          environment: environment.name,
          message: `${environmentFolder(environment.name)} is not what ${repository.specFile} renders: ${some}`,
          remedy: 'Run `lunchbox render` and commit the result; a file edited by hand is overwritten by it.',
        },
      ];
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = error.problems.map(formatProblem).join('\n');
    return [{ message: `${repository.specFile} cannot be rendered: ${message}` }];
  }
}

function unreadable(tree: EnvironmentTree | undefined, { revision }: Side): Notice[] {
  return (tree?.problems ?? []).map((problem) => ({
    environment: tree?.environment,
    message: `not compared at ${revision.name}: ${formatProblem({ ...problem, remedy: undefined })}`,
    remedy: problem.remedy,
  }));
}

/** What else differs in an environment's folder: releases, sealed values, host data. */
function otherChanges(before: Files, after: Files, environment: string): OtherFile[] {
  const folder = environmentFolder(environment);
  const manifests = `${manifestsFolder(environment)}/`;
  const paths = new Set([...before.list(folder), ...after.list(folder)]);
  return [...paths]
    .filter((path) => !path.startsWith(manifests))
    .sort()
    .flatMap((path): OtherFile[] => {
      const [old, now] = [before.read(path), after.read(path)];
      if (old === now) return [];
      return [{ path, change: old === undefined ? 'added' : now === undefined ? 'removed' : 'modified' }];
    });
}
