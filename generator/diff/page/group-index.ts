import type { Identity } from '../../manifest.ts';
import type { ObjectChange } from '../change.ts';
import type { ChangeGroup } from '../review.ts';

/** Where on the page a change is shown. */
export interface GroupIndex {
  of(change: ObjectChange): number | undefined;
  ofObject(environment: string, object: Identity): number | undefined;
}

export function indexGroups(groups: readonly ChangeGroup[]): GroupIndex {
  const byChange = new Map<ObjectChange, number>();
  const byObject = new Map<string, number>();
  const key = (environment: string, { apiVersion, kind, namespace, name }: Identity) =>
    JSON.stringify([environment, apiVersion, kind, namespace, name]);
  groups.forEach(({ changes }, index) => {
    for (const change of changes) {
      byChange.set(change, index);
      for (const side of [change.before, change.after])
        if (side) byObject.set(key(change.environment, side.identity), index);
    }
  });
  return {
    of: (change) => byChange.get(change),
    ofObject: (environment, object) => byObject.get(key(environment, object)),
  };
}
