import type { ObjectChange } from '../../../generator/diff/change.ts';
import type { EnvironmentTree } from '../../../generator/diff/environment-tree.ts';
import type { RiskContext } from '../../../generator/diff/risk.ts';
import type { Manifest } from '../../../generator/manifest.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';

/** Objects in YAML; several documents, parted by `---`. */
function tree(text: string, file = 'objects.yaml', droplet?: EnvironmentTree['droplet']): EnvironmentTree {
  const { manifests, problems } = readManifests([{ path: file, text }]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { environment: 'prod', manifests, problems, digest: '', droplet };
}

/**
 * The changes between two lists of objects, by identity. Of what is left over on both sides, `renames` says which names
 * belong together (`old: new`); rules look at the objects, so fields are left empty.
 */
export function changesOf(
  before: readonly Manifest[],
  after: readonly Manifest[],
  renames: Readonly<Record<string, string>> = {},
): ObjectChange[] {
  const common = { environment: 'prod', fields: [], noise: [] };
  const id = ({ identity: { apiVersion, kind, namespace, name } }: Manifest) =>
    [apiVersion.replace(/(^|\/)[^/]*$/, ''), kind, namespace, name].join('/');
  const old = new Map(before.map((manifest) => [id(manifest), manifest]));
  const changes: ObjectChange[] = [];
  const added: Manifest[] = [];
  for (const manifest of after) {
    const counterpart = old.get(id(manifest));
    old.delete(id(manifest));
    if (!counterpart) added.push(manifest);
    else if (JSON.stringify(counterpart.data) !== JSON.stringify(manifest.data))
      changes.push({ ...common, kind: 'modified', before: counterpart, after: manifest });
  }
  for (const manifest of added) {
    const pair = [...old].find(
      ([, { identity }]) =>
        identity.kind === manifest.identity.kind &&
        (renames[identity.name] === manifest.identity.name ||
          renames[`${identity.namespace}/${identity.name}`] ===
            `${manifest.identity.namespace}/${manifest.identity.name}`),
    );
    if (pair) {
      old.delete(pair[0]);
      changes.push({ ...common, kind: 'renamed', before: pair[1], after: manifest });
    } else changes.push({ ...common, kind: 'added', after: manifest });
  }
  for (const manifest of old.values()) changes.push({ ...common, kind: 'removed', before: manifest });
  return changes;
}

export interface ContextOptions {
  renames?: Readonly<Record<string, string>>;
  droplet?: EnvironmentTree['droplet'];
  dropletAfter?: EnvironmentTree['droplet'];
}

/** One environment before and after; an empty text is an empty tree, undefined none. */
export function contextOf(
  before: string | undefined,
  after: string | undefined,
  { renames, droplet, dropletAfter }: ContextOptions = {},
): RiskContext {
  const old = before === undefined ? undefined : tree(before, 'old.yaml', droplet);
  const now = after === undefined ? undefined : tree(after, 'new.yaml', dropletAfter ?? droplet);
  return {
    environment: 'prod',
    changes: changesOf(old?.manifests ?? [], now?.manifests ?? [], renames),
    before: old,
    after: now,
  };
}
