import { at, items, text } from '../../../fields.ts';
import type { Json, JsonObject, Path } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { quantity, same } from '../compare.ts';
import { hit } from '../hit.ts';
import { pairsOf } from '../pairs.ts';
import { shown } from '../words.ts';

const STORAGE = ['resources', 'requests', 'storage'];

/** Claims that ask for something else, so that what they have cannot stay. */
export function* changedClaims(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of pairsOf(context, 'PersistentVolumeClaim')) {
    if (change.kind === 'renamed') continue;
    for (const { way, message } of changes(at(before.data, 'spec'), at(after.data, 'spec')))
      yield hit(change, ['spec', ...way], message);
  }
  for (const { change, before, after } of pairsOf(context, 'StatefulSet')) {
    if (change.kind === 'renamed') continue;
    const [old, now] = [templates(before.data), templates(after.data)];
    for (const [name, was] of old) {
      const is = now.get(name);
      if (!is) {
        yield hit(
          change,
          { before: was.way },
          `volume claim ${name} of the StatefulSet is removed or renamed: its data stays behind, and pods start without it`,
        );
        continue;
      }
      for (const { way, message } of changes(was.spec, is.spec)) {
        const ways = { before: [...was.way, 'spec', ...way], after: [...is.way, 'spec', ...way] };
        yield hit(change, ways, `volume claim ${name}: ${message}`);
      }
    }
  }
}

function* changes(
  before: Json | undefined,
  after: Json | undefined,
): Iterable<{ way: string[]; message: string }> {
  const [old, now] = [at(before, ...STORAGE), at(after, ...STORAGE)];
  const [oldBytes, newBytes] = [quantity(old), quantity(now)];
  const smaller = oldBytes === undefined || newBytes === undefined ? !same(old, now) : newBytes < oldBytes;
  if (smaller)
    yield {
      way: STORAGE,
      message: `storage ${shown(old)} -> ${shown(now)}: a volume cannot shrink, only a new and empty one is smaller`,
    };
  for (const [field, name] of [
    ['storageClassName', 'storage class'],
    ['volumeName', 'volume'],
  ] as const) {
    const [from, to] = [text(at(before, field)), text(at(after, field))];
    if (from !== undefined && from !== to)
      yield { way: [field], message: `${name} ${from} -> ${shown(to)}: the data stays on the old volume` };
  }
}

function templates(data: JsonObject): Map<string, { way: Path; spec: Json | undefined }> {
  return new Map(
    items(at(data, 'spec', 'volumeClaimTemplates')).map(({ item, index }) => [
      text(at(item, 'metadata', 'name')) ?? '',
      { way: ['spec', 'volumeClaimTemplates', index], spec: item.spec },
    ]),
  );
}
