import { mapping } from '../../../fields.ts';
import { type Manifest, nameOf, type Path } from '../../../manifest.ts';
import { podReferences, type Reference } from '../../../validate/cluster/references.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { goneOf, pairsOf } from '../pairs.ts';
import { keysOf } from '../secret/keys.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** Keys of ConfigMaps and Secrets that pods take, and that are there no more. */
export function* missingReferences(context: RiskContext): Iterable<RiskHit> {
  const { after } = treesOf(context);
  const gone = goneOf(context, 'ConfigMap', 'Secret', 'SealedSecret');
  const pairs = pairsOf(context, 'ConfigMap', 'Secret', 'SealedSecret');
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
  for (const { change, kind, before, after: now } of pairs) {
    const secret = kind !== 'ConfigMap';
    const [namespace, { name }] = [after.namespaceOf(now), now.identity];
    const asking = users.get(keyOf(secret ? 'Secret' : 'ConfigMap', namespace, name)) ?? [];
    // Several objects may fill one Secret; of a ConfigMap there is only one.
    const left = secret ? after.secretKeys(namespace, name) : new Set(waysOf(kind, now).keys());
    if (left === 'any') continue;
    for (const [key, way] of waysOf(kind, before)) {
      if (left?.has(key)) continue;
      const named = asking.filter((reference) => reference.key === key);
      const whole = asking.filter((reference) => reference.key === undefined);
      if (named.length > 0)
        yield hit(
          change,
          { before: way },
          `key ${key} removed, but ${workloads(named)} needs it: no new pod can start`,
        );
      // What the app makes of a Secret's missing variable, the rule about secrets says.
      else if (whole.length > 0 && !secret)
        yield hit(change, { before: way }, `key ${key} removed: ${workloads(whole)} goes on without it`);
    }
  }
}

function waysOf(kind: string, { data }: Manifest): Map<string, Path> {
  if (kind !== 'ConfigMap') return new Map([...keysOf(kind, data)].map(([key, { at }]) => [key, at]));
  return new Map(
    ['data', 'binaryData'].flatMap((field) =>
      Object.keys(mapping(data[field])).map((key): [string, Path] => [key, [field, key]]),
    ),
  );
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
