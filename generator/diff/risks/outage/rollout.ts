import { at, mapping, text, whole } from '../../../fields.ts';
import type { JsonObject } from '../../../manifest.ts';
import { fewestReplicas, resolveCount, rollingUpdate } from '../../../validate/cluster/rollout.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { type PodPair, podPairs } from '../pods.ts';
import { treesOf } from '../trees.ts';
import { counted } from '../words.ts';

/** How pods are replaced: all at once, with fewer left, too early, or not at all. */
export function* changedRollout(context: RiskContext): Iterable<RiskHit> {
  for (const pods of podPairs(context)) {
    const { change, before, after } = pods;
    const [old, now] = [mapping(before.manifest.data.spec), mapping(after.manifest.data.spec)];
    if (after.kind === 'Deployment') {
      yield* deploymentStrategy(context, pods);
      if (now.paused === true && old.paused !== true)
        yield hit(change, ['spec', 'paused'], 'rollouts are paused: the new version never starts');
    }
    if (after.kind === 'StatefulSet' || after.kind === 'DaemonSet') yield* updateStrategy(pods, old, now);
    const [wait, waits] = [whole(old.minReadySeconds) ?? 0, whole(now.minReadySeconds) ?? 0];
    if (waits < wait)
      yield hit(
        change,
        ['spec', 'minReadySeconds'],
        `minReadySeconds ${wait} -> ${waits}: a rollout goes on before the proxy knows the new pods`,
      );
  }
}

function* deploymentStrategy(context: RiskContext, { change, before, after }: PodPair): Iterable<RiskHit> {
  const pods = fewestReplicas(treesOf(context).after, after) ?? 1;
  const [old, now] = [rollingUpdate(before, pods), rollingUpdate(after, pods)];
  if (!old) return;
  if (!now) {
    yield hit(
      change,
      ['spec', 'strategy', 'type'],
      'strategy Recreate: every rollout ends all pods before new ones start, nothing answers meanwhile',
    );
    return;
  }
  const way = ['spec', 'strategy', 'rollingUpdate'];
  if (now.unavailable > old.unavailable)
    yield hit(
      change,
      [...way, 'maxUnavailable'],
      `maxUnavailable allows ${counted(now.unavailable, 'pod')} of ${pods} to be missing while a rollout runs, before it was ${old.unavailable}`,
    );
  else if (now.surge === 0 && old.surge > 0 && now.unavailable > 0)
    yield hit(
      change,
      [...way, 'maxSurge'],
      `maxSurge 0: a rollout ends ${counted(now.unavailable, 'pod')} of ${pods} before new ones start`,
    );
}

function* updateStrategy({ change, after }: PodPair, old: JsonObject, now: JsonObject): Iterable<RiskHit> {
  const way = ['spec', 'updateStrategy'];
  const typeOf = (spec: JsonObject) => text(at(spec, 'updateStrategy', 'type')) ?? 'RollingUpdate';
  const setting = (spec: JsonObject, name: string) => at(spec, 'updateStrategy', 'rollingUpdate', name);
  if (typeOf(now) === 'OnDelete' && typeOf(old) !== 'OnDelete')
    yield hit(
      change,
      [...way, 'type'],
      'strategy OnDelete: the new version starts only where a pod is deleted by hand',
    );
  const [stays, stay] = [whole(setting(old, 'partition')) ?? 0, whole(setting(now, 'partition')) ?? 0];
  if (stay > stays)
    yield hit(
      change,
      [...way, 'rollingUpdate', 'partition'],
      `partition ${stays} -> ${stay}: pods below number ${stay} stay on the old version`,
    );
  const total = after.replicas ?? 100;
  const missing = (spec: JsonObject) => resolveCount(setting(spec, 'maxUnavailable'), total, 'up') ?? 1;
  if (missing(now) > missing(old))
    yield hit(
      change,
      [...way, 'rollingUpdate', 'maxUnavailable'],
      'maxUnavailable raised: a rollout takes more pods away at the same time',
    );
}
