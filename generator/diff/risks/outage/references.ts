import { nameOf } from '../../../manifest.ts';
import { mapping } from '../../../validate/cluster/fields.ts';
import { podReferences, type Reference } from '../../../validate/cluster/references.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { goneOf, pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** Keys of ConfigMaps and Secrets that pods take, and that are there no more. */
export function* missingReferences(context: RiskContext): Iterable<RiskHit> {
  const { after } = treesOf(context);
  const gone = goneOf(context, 'ConfigMap', 'Secret', 'SealedSecret');
  const pairs = pairsOf(context, 'ConfigMap');
  if (gone.length === 0 && pairs.length === 0) return;
  const users = usersOf(after.podTemplates.flatMap(podReferences));
  for (const { change, kind, before } of gone) {
    const secret = kind !== 'ConfigMap';
    const namespace = after.namespaceOf(before);
    const { name } = before.identity;
    // The other of the two, or a chart, may make the Secret now.
    if (secret && after.secretKeys(namespace, name) !== undefined) continue;
    const asking = users.get(keyOf(secret ? 'Secret' : 'ConfigMap', namespace, name)) ?? [];
    if (asking.length > 0)
      yield hit(
        change,
        { before: ['metadata', 'name'] },
        `${nameOf(before.identity)} goes, but ${workloads(asking)} needs it: no new pod can start`,
      );
  }
  for (const { change, before, after: now } of pairs) {
    const asking = users.get(keyOf('ConfigMap', after.namespaceOf(now), now.identity.name)) ?? [];
    for (const field of ['data', 'binaryData']) {
      for (const key of Object.keys(mapping(before.data[field]))) {
        if (['data', 'binaryData'].some((each) => Object.hasOwn(mapping(now.data[each]), key))) continue;
        const named = asking.filter((reference) => reference.key === key);
        const whole = asking.filter((reference) => reference.key === undefined);
        const way = { before: [field, key], after: [field] };
        if (named.length > 0)
          yield hit(
            change,
            way,
            `key ${key} removed, but ${workloads(named)} needs it: no new pod can start`,
          );
        else if (whole.length > 0)
          yield hit(
            change,
            { before: way.before },
            `key ${key} removed: ${workloads(whole)} goes on without it`,
          );
      }
    }
  }
}

function usersOf(references: readonly Reference[]): Map<string, Reference[]> {
  const users = new Map<string, Reference[]>();
  for (const reference of references) {
    const key = keyOf(reference.kind, reference.namespace, reference.name);
    const list = users.get(key);
    if (list) list.push(reference);
    else users.set(key, [reference]);
  }
  return users;
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function workloads(references: readonly Reference[]): string {
  return listed(references.map(({ manifest }) => nameOf(manifest.identity)));
}
