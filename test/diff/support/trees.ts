import { dump } from 'js-yaml';
import { compareTrees } from '../../../generator/diff/compare-trees.ts';
import type { EnvironmentTree } from '../../../generator/diff/environment-tree.ts';
import { groupChanges } from '../../../generator/diff/group-changes.ts';
import type { EnvironmentReview, Review } from '../../../generator/diff/review.ts';
import { risksOf } from '../../../generator/diff/risks/index.ts';
import { treeDigest } from '../../../generator/diff/tree-digest.ts';
import type { Json, JsonObject } from '../../../generator/manifest.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';

/** The tree of these objects, one file each. */
export function treeOf(environment: string, objects: readonly JsonObject[]): EnvironmentTree {
  const files = objects.map((object, index) => ({
    path: `clusters/${environment}/manifests/${index}.yaml`,
    text: dump(object, { lineWidth: -1, noRefs: true }),
  }));
  const { manifests, problems } = readManifests(files);
  return { environment, manifests, problems, digest: treeDigest(`clusters/${environment}/manifests`, files) };
}

/** The review of environments, each given as its objects before and after. */
export function reviewOf(
  environments: Record<string, { before?: readonly JsonObject[]; after?: readonly JsonObject[] }>,
): Review {
  const reviews = Object.entries(environments).map(([name, sides]): EnvironmentReview => {
    const before = sides.before && treeOf(name, sides.before);
    const after = sides.after && treeOf(name, sides.after);
    const changes = compareTrees(name, before, after);
    const risks = risksOf({ environment: name, changes, before, after });
    return { name, before, after, changes, risks, otherFiles: [] };
  });
  const commit = 'c0ffee0'.padEnd(40, '0');
  return {
    base: { name: 'main', commit },
    head: { name: 'change', commit },
    environments: reviews,
    groups: groupChanges(reviews),
    notices: [],
  };
}

/** A Deployment with one container; `fields` are laid over it. */
export function deployment(name: string, spec: JsonObject = {}, container: JsonObject = {}): JsonObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: `ghcr.io/acme/${name}:1`, ...container }] },
      },
      ...spec,
    },
  };
}

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Record<string, Json> = {},
): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...rest };
}
