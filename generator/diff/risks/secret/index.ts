import { at, labelsOf, text } from '../../../fields.ts';
import type { Manifest } from '../../../manifest.ts';
import { nameOf } from '../../../manifest.ts';
import type { RiskContext, RiskHit, RiskRule } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { comingOf, type Gone, goneOf, newOf, type Pair, pairsOf } from '../pairs.ts';
import { isRemoved, treesOf } from '../trees.ts';
import { listed } from '../words.ts';
import { type Effect, effectsIn, type KeyChange } from './effect.ts';
import { keysOf } from './keys.ts';

const KINDS = ['Secret', 'SealedSecret'];
const SCOPES = ['sealedsecrets.bitnami.com/namespace-wide', 'sealedsecrets.bitnami.com/cluster-wide'];

export const secret: RiskRule = {
  risk: 'secret',
  summary: 'A secret value is added, rotated or removed',
  why: 'The reviewer cannot see the value, only that it changed. Make sure that whoever gave out the new value has not yet switched the old one off: old pods use it until the last of them is gone. A value that stood in git as plain text is known, and has to be replaced where it came from.',
  *check(context) {
    if (isRemoved(context)) return;
    if (!context.changes.some(({ before, after }) => KINDS.includes((after ?? before)?.identity.kind ?? '')))
      return;
    const effect = effectsIn(context);
    for (const gone of goneOf(context, ...KINDS)) yield* removedSecret(context, gone);
    for (const { change, kind, after } of newOf(context, ...KINDS)) {
      const keys = [...keysOf(kind, after.data).keys()];
      yield hit(
        change,
        ['metadata', 'name'],
        isToken(after)
          ? 'new Secret with a token for the cluster that never expires'
          : `new ${kind} with ${keys.length === 0 ? 'no keys' : `${keys.length === 1 ? 'key' : 'keys'} ${listed(keys, 8)}`}`,
      );
    }
    for (const pair of pairsOf(context, ...KINDS)) {
      yield* changedKeys(context, pair, effect);
      if (pair.kind === 'SealedSecret') yield* unopenable(context, pair);
    }
    yield* plaintext(context);
  },
};

function* changedKeys(
  context: RiskContext,
  { change, kind, before, after }: Pair,
  effect: Effect,
): Iterable<RiskHit> {
  const namespace = treesOf(context).after.namespaceOf(after);
  const [old, now] = [keysOf(kind, before.data), keysOf(kind, after.data)];
  const described = (key: string, what: KeyChange) =>
    `${key} ${what}: ${effect(namespace, after.identity.name, key, what)}`;
  for (const [key, { at: way, value }] of now) {
    const known = old.get(key);
    if (!known) yield hit(change, { after: way }, described(key, 'added'));
    else if (known.value !== value)
      yield hit(change, { before: known.at, after: way }, described(key, 'rotated'));
  }
  for (const [key, { at: way }] of old) {
    if (!now.has(key)) yield hit(change, { before: way }, described(key, 'removed'));
  }
  if (kind === 'SealedSecret' && !same(at(before.data, 'spec', 'data'), at(after.data, 'spec', 'data')))
    yield hit(change, ['spec', 'data'], 'the sealed values change, all in one: which of them cannot be told');
}

/** Values are sealed for one name and namespace, or for a wider scope: elsewhere the controller cannot open them. */
function* unopenable(context: RiskContext, { change, before, after }: Pair): Iterable<RiskHit> {
  const trees = treesOf(context);
  const [scope, newScope] = [scopeOf(before), scopeOf(after)];
  const [old, now] = [keysOf('SealedSecret', before.data), keysOf('SealedSecret', after.data)];
  const kept = [...now].filter(
    ([key, { at: way, value }]) => way[1] === 'encryptedData' && old.get(key)?.value === value,
  );
  if (kept.length === 0) return;
  const names = listed(kept.map(([key]) => key));
  const [are, they] = kept.length === 1 ? ['is', 'it'] : ['are', 'they'];
  const moved = trees.before.namespaceOf(before) !== trees.after.namespaceOf(after);
  const renamed = before.identity.name !== after.identity.name;
  if (scope !== newScope)
    yield hit(
      change,
      ['metadata', 'annotations'],
      `the scope changes from ${scope} to ${newScope}, but ${names} ${are} still sealed for the old one: ${they} cannot be opened`,
    );
  else if ((moved && scope !== 'cluster-wide') || (renamed && scope === 'strict'))
    yield hit(
      change,
      ['metadata', 'name'],
      `${names} ${are} sealed for ${nameOf(before.identity)}: under another name or namespace ${they} cannot be opened`,
    );
}

function scopeOf({ data }: Manifest): string {
  const annotations = labelsOf(at(data, 'metadata', 'annotations'));
  const [namespace, cluster] = SCOPES.map((key) => annotations[key] === 'true');
  return cluster ? 'cluster-wide' : namespace ? 'namespace-wide' : 'strict';
}

function* removedSecret(context: RiskContext, { change, kind, before, into }: Gone): Iterable<RiskHit> {
  const { after } = treesOf(context);
  const keys = [...keysOf(kind, before.data).keys()];
  const name = nameOf(before.identity);
  const successor = after.secretKeys(after.namespaceOf(before), before.identity.name) !== undefined;
  const fate = into ? `becomes ${nameOf(into.identity)}` : 'is removed';
  yield hit(
    change,
    { before: ['metadata', 'name'] },
    `${name} ${fate}, with ${keys.length === 1 ? 'key' : 'keys'} ${listed(keys, 8) || '(none)'}: ${
      successor ? 'something else makes a Secret of that name' : 'the Secret of the old name is deleted'
    }`,
  );
}

/** Kubernetes fills such a Secret itself. */
function isToken({ data }: Manifest): boolean {
  return text(data.type) === 'kubernetes.io/service-account-token';
}

/** Values that anyone who reads the repository can read. */
function* plaintext(context: RiskContext): Iterable<RiskHit> {
  for (const { change, kind, before, after } of comingOf(context, ...KINDS)) {
    const sealed = kind === 'SealedSecret';
    if (isToken(after)) continue;
    const open = (manifest: Manifest) =>
      [...keysOf(kind, manifest.data)].filter(([, { at: way }]) => !sealed || way[1] === 'template');
    const known = new Set(before ? open(before).map(([key]) => key) : []);
    const fresh = open(after).filter(([key]) => !known.has(key));
    const [first] = fresh;
    if (first)
      yield hit(
        change,
        { after: first[1].at.slice(0, -1) },
        `${listed(
          fresh.map(([key]) => key),
          8,
        )} ${fresh.length === 1 ? 'stands' : 'stand'} in git as plain text: whoever reads the repository knows ${fresh.length === 1 ? 'it' : 'them'}`,
      );
  }
}
