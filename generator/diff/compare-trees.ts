import type { Manifest } from '../manifest.ts';
import { type FieldChange, type ObjectChange, subject } from './change.ts';
import { compareData } from './compare-data.ts';
import type { EnvironmentTree } from './environment-tree.ts';
import { isNoise } from './noise.ts';
import { pairObjects } from './pair-objects.ts';

/** What differs between two trees of one environment, in the order of files and lines. A missing tree is an empty one. */
export function compareTrees(
  environment: string,
  before: EnvironmentTree | undefined,
  after: EnvironmentTree | undefined,
): ObjectChange[] {
  const pairs = pairObjects(before?.manifests ?? [], after?.manifests ?? []);
  const changes: ObjectChange[] = [
    ...pairs.added.map((manifest): ObjectChange => added(environment, manifest)),
    ...pairs.removed.map((manifest): ObjectChange => removed(environment, manifest)),
    ...pairs.renamed.map(
      (pair): ObjectChange => ({ kind: 'renamed', environment, ...pair, ...differences(pair) }),
    ),
    ...pairs.same.flatMap((pair): ObjectChange[] => {
      const found = differences(pair);
      if (found.fields.length + found.noise.length === 0) return [];
      return [{ kind: 'modified', environment, ...pair, ...found }];
    }),
  ];
  return changes.sort(byPlace);
}

function added(environment: string, after: Manifest): ObjectChange {
  return { kind: 'added', environment, after, fields: [], noise: [] };
}

function removed(environment: string, before: Manifest): ObjectChange {
  return { kind: 'removed', environment, before, fields: [], noise: [] };
}

function differences({ before, after }: { before: Manifest; after: Manifest }) {
  if (before.text === after.text && before.within === undefined && after.within === undefined)
    return { fields: [], noise: [] };
  const all = compareData(before.data, after.data);
  const noisy = ({ beforePath, afterPath }: FieldChange) =>
    isNoise(afterPath.length >= beforePath.length ? afterPath : beforePath);
  return { fields: all.filter((field) => !noisy(field)), noise: all.filter(noisy) };
}

function byPlace(a: ObjectChange, b: ObjectChange): number {
  const [one, other] = [subject(a), subject(b)];
  return one.file < other.file ? -1 : one.file > other.file ? 1 : one.line - other.line;
}
