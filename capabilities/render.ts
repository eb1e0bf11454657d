import type { FileChanges } from '../generator/files.ts';
import { parseRelease, releasePath } from '../generator/release/release.ts';
import { secretName } from '../generator/render/model/names.ts';
import type { RenderInputs } from '../generator/render/model/render-inputs.ts';
import { type RenderedFile, renderEnvironment } from '../generator/render/render-environment.ts';
import type { TemplateSet } from '../generator/render/templates.ts';
import { loadCertificate, loadStore } from '../generator/seal/environment-files.ts';
import { requireOwnItems } from '../generator/seal/foreign-item.ts';
import { sealedSecrets } from '../generator/seal/sealed-secrets.ts';
import type { Environment } from '../generator/spec/environment.ts';
import type { Spec } from '../generator/spec/read-spec.ts';
import { unifiedDiff } from '../generator/tree/patch.ts';
import { manifestsFolder } from '../generator/tree/paths.ts';
import { planTree, type TreeFile, type TreePlan } from '../generator/tree/plan.ts';
import { machineFiles } from './render-machine.ts';
import { loadRepositoryTemplates, loadSpec, type Repository, selectEnvironments } from './repository.ts';

/** One environment, rendered, and what that means for the files that are there. */
export interface RenderedEnvironment {
  environment: Environment;
  /** The manifests: what is validated and delivered. */
  files: RenderedFile[];
  /** What is rendered beside them, about the machine. */
  machine: TreeFile[];
  /** Of both. */
  plan: TreePlan;
}

export interface RenderOutcome {
  environments: RenderedEnvironment[];
  /** Every change as a unified diff; only when asked for by `check`. */
  patch?: string;
}

/**
 * Renders environments and brings `clusters/<env>/manifests`, `user-data.yaml` and `host.json` up to date: all files of
 * all environments, or none.
 * With `check` nothing is written, and the outcome carries the patch.
 * @throws UserError for anything that the user can mend; nothing has been written then.
 */
export async function render(
  input: { environments: readonly string[]; check: boolean },
  repository: Repository,
): Promise<RenderOutcome> {
  const spec = loadSpec(repository);
  const templates = await loadRepositoryTemplates(repository, spec);
  const names = new Set(
    selectEnvironments(spec, input.environments).map(({ environment }) => environment.name),
  );
  const environments = renderAll(spec, templates, repository, names);
  if (input.check) return { environments, patch: patchOf(environments, repository) };
  const write = new Map<string, string>();
  const remove: string[] = [];
  for (const { plan } of environments) {
    for (const [path, text] of plan.changes.write) write.set(path, text);
    remove.push(...plan.changes.remove);
  }
  const changes: FileChanges = { write, remove };
  if (write.size + remove.length > 0) repository.files.apply(changes);
  return { environments };
}

/** Renders in memory. Pure but for reading releases, sealed values and the files that are there. */
export function renderAll(
  spec: Spec,
  templates: TemplateSet,
  { files }: Repository,
  names: ReadonlySet<string>,
): RenderedEnvironment[] {
  return spec.environments
    .filter(({ environment }) => names.has(environment.name))
    .map(({ environment }) => {
      const rendered = renderEnvironment(environment, renderInputs(environment, files), templates);
      const machine = machineFiles(environment, files);
      const there = machine.map(({ path }) => path).filter((path) => files.read(path) !== undefined);
      const existing = [...files.list(manifestsFolder(environment.name)), ...there];
      const plan = planTree([...rendered, ...machine], existing, files.read);
      return { environment, files: rendered, machine, plan };
    });
}

function renderInputs(environment: Environment, files: Repository['files']): RenderInputs {
  const path = releasePath(environment.name);
  const store = loadStore(files, environment.name);
  // A value of another environment would be rendered into something that no controller opens.
  if (store.items.size > 0)
    requireOwnItems(environment.name, loadCertificate(files, environment.name), store);
  const sealed = sealedSecrets(store);
  const own = sealed.find(({ name }) => name === secretName(environment));
  return {
    release: parseRelease(path, files.read(path)),
    sealed,
    secretsChecksum: own?.checksum ?? null,
  };
}

function patchOf(environments: readonly RenderedEnvironment[], { files }: Repository): string {
  return environments
    .flatMap(({ plan, files: rendered, machine }) => {
      const after = new Map([...rendered, ...machine].map(({ path, text }) => [path, text]));
      return [...plan.added, ...plan.changed, ...plan.removed]
        .sort()
        .map((path) => unifiedDiff(path, files.read(path), after.get(path)));
    })
    .join('');
}
