import { at, mapping, texts, whole } from '../../../fields.ts';
import type { Json } from '../../../manifest.ts';
import { type Container, type PodTemplate, runsOn } from '../../../validate/cluster/pod-template.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { containerPairs, podPairs } from '../pods.ts';

/** Kubernetes' default, in seconds. */
const DEFAULT_GRACE = 30;
const PRE_STOP = ['lifecycle', 'preStop'];

/** Pods that stop before the proxy knows, or are killed before they have stopped. */
export function* changedShutdown(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of podPairs(context)) {
    for (const pair of containerPairs(before, after)) {
      if (!pair.before || !pair.after || !runsOn(pair.after)) continue;
      const [old, now] = [at(pair.before.data, ...PRE_STOP), at(pair.after.data, ...PRE_STOP)];
      if (Object.keys(mapping(old)).length === 0 || same(old, now)) continue;
      const ways = { before: [...pair.before.path, ...PRE_STOP], after: [...pair.after.path, ...PRE_STOP] };
      const name = `preStop of container ${pair.after.name}`;
      const [was, is] = [pauseOf(old), pauseOf(now)];
      if (Object.keys(mapping(now)).length === 0)
        yield hit(
          change,
          { before: ways.before },
          `${name} removed: pods stop while the proxy still sends them requests`,
        );
      else if (was !== undefined && is !== undefined && is < was)
        yield hit(
          change,
          ways,
          `${name} pauses ${is} s instead of ${was} s: the proxy may still send requests when the app stops`,
        );
      else if (is === undefined)
        yield hit(change, ways, `${name} runs something else: how long it holds the pod open is not known`);
    }
    yield* grace(change, before, after);
  }
}

function* grace(change: RiskHit['change'], before: PodTemplate, after: PodTemplate): Iterable<RiskHit> {
  if (!change) return;
  const [old, now] = [graceOf(before), graceOf(after)];
  const [was, is] = [longest(before), longest(after)];
  if (now > is || is === 0 || (old <= was && was > 0)) return;
  yield hit(
    change,
    [...after.path, 'terminationGracePeriodSeconds'],
    `pods are killed after ${now} s, before their preStop pause of ${is} s is over: the app cannot finish its requests`,
  );
}

function graceOf({ spec }: PodTemplate): number {
  return whole(spec.terminationGracePeriodSeconds) ?? DEFAULT_GRACE;
}

function longest({ containers }: PodTemplate): number {
  const pauses = containers.filter(runsOn).map(({ data }: Container) => pauseOf(at(data, ...PRE_STOP)) ?? 0);
  return Math.max(0, ...pauses);
}

/** Seconds of a preStop pause: `sleep`, or a command that runs `sleep N`; undefined where it cannot be told. */
function pauseOf(preStop: Json | undefined): number | undefined {
  const stated = whole(at(preStop, 'sleep', 'seconds'));
  if (stated !== undefined) return stated;
  const command = texts(at(preStop, 'exec', 'command')).join(' ');
  const [, amount, unit] = /(?:^|[\s/;&])sleep\s+(\d+(?:\.\d+)?)([smh])?(?![\w.])/.exec(command) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
}
