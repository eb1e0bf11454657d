import { isMapping } from '../fields.ts';
import { groupOf, isKnownKind, knownKind, namespaceOf } from '../kinds.ts';
import type { Json, Manifest } from '../manifest.ts';
import { groupBy } from './group-by.ts';

export interface Pairs {
  same: { before: Manifest; after: Manifest }[];
  renamed: { before: Manifest; after: Manifest }[];
  added: Manifest[];
  removed: Manifest[];
}

/** Beyond this many candidates of one kind on a side, only objects that are otherwise equal count as renamed. */
const MAX_CANDIDATES = 100;
/** Share of equal fields from which two objects of different names are taken for one. */
const ALIKE = 0.8;
/** Small objects look alike by chance. */
const MIN_FIELDS = 6;

/** What tells objects apart in a cluster, whatever version of their API they are written in: also one that moved to another group. */
function identityKey(manifest: Manifest): string {
  return JSON.stringify([kindOf(manifest), namespaceOf(manifest), manifest.identity.name]);
}

/** `extensions/v1beta1` and `apps/v1` have the same Deployments; other groups may have a kind of the same name. */
function kindOf(manifest: Manifest): string {
  const { kind, apiVersion } = manifest.identity;
  const known = knownKind(manifest);
  return known === kind && isKnownKind(kind) ? kind : `${kind}.${groupOf(apiVersion)}`;
}

/** Pairs the objects of two trees: by identity first, then those that were only given another name. */
export function pairObjects(before: readonly Manifest[], after: readonly Manifest[]): Pairs {
  const old = byKey(before);
  const pairs: Pairs = { same: [], renamed: [], added: [], removed: [] };
  const added: Manifest[] = [];
  for (const [key, manifest] of byKey(after)) {
    const counterpart = old.get(key);
    if (counterpart) pairs.same.push({ before: counterpart, after: manifest });
    else added.push(manifest);
    old.delete(key);
  }
  const removed = [...old.values()];
  pairs.renamed = renames(removed, added);
  const [from, to] = [
    new Set(pairs.renamed.map((pair) => pair.before)),
    new Set(pairs.renamed.map((pair) => pair.after)),
  ];
  pairs.removed = removed.filter((manifest) => !from.has(manifest));
  pairs.added = added.filter((manifest) => !to.has(manifest));
  return pairs;
}

/** Objects that stand twice keep apart: the second of the one tree is compared with the second of the other. */
function byKey(manifests: readonly Manifest[]): Map<string, Manifest> {
  const map = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const key = identityKey(manifest);
    let unique = key;
    for (let count = 2; map.has(unique); count++) unique = `${key}#${count}`;
    map.set(unique, manifest);
  }
  return map;
}

function renames(removed: readonly Manifest[], added: readonly Manifest[]): Pairs['renamed'] {
  const pairs: Pairs['renamed'] = [];
  const groups = groupBy(removed, kindOf);
  for (const [kind, now] of groupBy(added, kindOf)) {
    const old = groups.get(kind) ?? [];
    if (old.length === 0) continue;
    const [left, right] = takeEqual(old, now, pairs);
    if (left.length <= MAX_CANDIDATES && right.length <= MAX_CANDIDATES) takeAlike(left, right, pairs);
  }
  return pairs;
}

/** Takes the pairs that differ in nothing but their names. @returns what is left on each side */
function takeEqual(old: Manifest[], now: Manifest[], pairs: Pairs['renamed']): [Manifest[], Manifest[]] {
  const content = (manifest: Manifest) => JSON.stringify([...fieldsOf(manifest)].sort());
  const waiting = groupBy(
    old.filter((manifest) => fieldsOf(manifest).size >= MIN_FIELDS),
    content,
  );
  const taken = new Set<Manifest>();
  for (const manifest of now) {
    const match = waiting.get(content(manifest))?.shift();
    if (!match) continue;
    pairs.push({ before: match, after: manifest });
    taken.add(match).add(manifest);
  }
  const left = (list: Manifest[]) => list.filter((manifest) => !taken.has(manifest));
  return [left(old), left(now)];
}

/** Takes the pairs that are mostly the same, the most alike first; each object once. */
function takeAlike(old: Manifest[], now: Manifest[], pairs: Pairs['renamed']): void {
  const fields = new Map([...old, ...now].map((manifest) => [manifest, fieldsOf(manifest)]));
  const candidates = old.flatMap((before) =>
    now.map((after) => ({ before, after, score: likeness(fields.get(before), fields.get(after)) })),
  );
  const taken = new Set<Manifest>();
  for (const { before, after, score } of candidates.sort((a, b) => b.score - a.score)) {
    if (score < ALIKE) break;
    if (taken.has(before) || taken.has(after)) continue;
    pairs.push({ before, after });
    taken.add(before).add(after);
  }
}

function likeness(a: ReadonlySet<string> = new Set(), b: ReadonlySet<string> = new Set()): number {
  if (Math.min(a.size, b.size) < MIN_FIELDS) return 0;
  let both = 0;
  for (const field of a) if (b.has(field)) both++;
  return (2 * both) / (a.size + b.size);
}

/** Every leaf of an object with its way, its own name replaced by a mark wherever it stands. */
function fieldsOf({ identity, data }: Manifest): Set<string> {
  const fields = new Set<string>();
  const walk = (value: Json, way: string) => {
    if (isMapping(value)) for (const [key, item] of Object.entries(value)) walk(item, `${way}.${key}`);
    else if (Array.isArray(value)) for (const item of value) walk(item, `${way}[]`);
    else fields.add(`${way}=${typeof value === 'string' ? value.replaceAll(identity.name, '\0') : value}`);
  };
  for (const [key, value] of Object.entries(data))
    if (key !== 'apiVersion' && key !== 'kind') walk(value, key);
  return fields;
}
