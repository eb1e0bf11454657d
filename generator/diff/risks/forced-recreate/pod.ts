import { at, items, mapping, whole } from '../../../fields.ts';
import type { Json, JsonObject } from '../../../manifest.ts';
import { canonical, same } from '../compare.ts';
import type { ImmutableFields } from './refusal.ts';

const HANDLED = [
  'containers',
  'initContainers',
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'schedulingGates',
];

/** A bare Pod: other images, a shorter deadline, more tolerations, fewer gates; nothing else. */
export const podFields: ImmutableFields = function* (before, after) {
  const [old, now] = [mapping(before.spec), mapping(after.spec)];
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (!HANDLED.includes(key) && !same(at(old, key), at(now, key))) yield { at: ['spec', key] };
  }
  for (const key of ['containers', 'initContainers'])
    if (!same(withoutImages(old[key]), withoutImages(now[key]))) yield { at: ['spec', key] };
  if (!onlyAdds(old.tolerations, now.tolerations)) yield { at: ['spec', 'tolerations'] };
  if (!onlyAdds(now.schedulingGates, old.schedulingGates)) yield { at: ['spec', 'schedulingGates'] };
  if (!shortens(old.activeDeadlineSeconds, now.activeDeadlineSeconds))
    yield { at: ['spec', 'activeDeadlineSeconds'] };
  const grace = (spec: JsonObject) => whole(spec.terminationGracePeriodSeconds) ?? 30;
  if (grace(old) !== grace(now) && !(grace(old) < 0 && grace(now) === 1))
    yield { at: ['spec', 'terminationGracePeriodSeconds'] };
};

function withoutImages(list: Json | undefined): Json {
  return items(list).map(({ item }) => ({ ...item, image: null }));
}

function onlyAdds(before: Json | undefined, after: Json | undefined): boolean {
  const now = new Set(items(after).map(({ item }) => canonical(item)));
  return items(before).every(({ item }) => now.has(canonical(item)));
}

function shortens(before: Json | undefined, after: Json | undefined): boolean {
  if (same(before, after)) return true;
  const [old, now] = [whole(before), whole(after)];
  return now !== undefined && now > 0 && (old === undefined || now <= old);
}
