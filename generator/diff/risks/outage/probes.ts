import type { Json, JsonObject } from '../../../manifest.ts';
import { at, mapping, whole } from '../../../validate/cluster/fields.ts';
import { runsOn } from '../../../validate/cluster/pod-template.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { containerPairs, podPairs } from '../pods.ts';

const PROBES = {
  readinessProbe: { name: 'readiness probe', removed: 'a rollout will drop requests' },
  livenessProbe: { name: 'liveness probe', removed: 'a container that hangs is not restarted any more' },
  startupProbe: { name: 'startup probe', removed: 'the other probes count while the app still starts' },
} as const;
type ProbeField = keyof typeof PROBES;

const HANDLERS = ['httpGet', 'tcpSocket', 'exec', 'grpc'];

/** Probes that are gone, or that say less, or that give a container less time. */
export function* changedProbes(context: RiskContext): Iterable<RiskHit> {
  for (const pods of podPairs(context)) {
    for (const { before, after } of containerPairs(pods.before, pods.after)) {
      if (!before || !after || !runsOn(after)) continue;
      for (const field of Object.keys(PROBES) as ProbeField[]) {
        const [old, now] = [before.data[field], after.data[field]];
        if (!isProbe(old) || same(old, now)) continue;
        const ways = { before: [...before.path, field], after: [...after.path, field] };
        for (const message of worse(field, mapping(old), mapping(now), isProbe(now)))
          yield hit(
            pods.change,
            isProbe(now) ? ways : { before: ways.before },
            `${PROBES[field].name} of container ${after.name} ${message}`,
          );
      }
    }
  }
}

function* worse(
  field: ProbeField,
  before: JsonObject,
  after: JsonObject,
  remains: boolean,
): Iterable<string> {
  if (!remains) {
    yield `removed: ${PROBES[field].removed}`;
    return;
  }
  const [old, now] = [handlerOf(before), handlerOf(after)];
  if (!same(old.target, now.target))
    yield old.kind === now.kind
      ? `asks something else now (${now.kind}): if that does not answer, pods get no requests or are killed`
      : `asks by ${now.kind} instead of ${old.kind}: ${field === 'readinessProbe' ? 'pods may count as ready earlier or later than they are' : 'it may pass or fail where it did not'}`;
  const [was, is] = [patience(before), patience(after)];
  if (field === 'readinessProbe' && is >= 2 * was)
    yield `takes ${is} s instead of ${was} s to notice a pod that fails: requests fail meanwhile`;
  if (field === 'livenessProbe' && is < was)
    yield `gives up after ${is} s instead of ${was} s: a slow moment may end in a restart`;
  if (field === 'startupProbe' && is < was)
    yield `allows ${is} s for the start instead of ${was} s: a slow start is killed and begins again`;
  const [oldLimit, limit] = [seconds(before, 'timeoutSeconds', 1), seconds(after, 'timeoutSeconds', 1)];
  if (limit < oldLimit)
    yield `waits ${limit} s for an answer instead of ${oldLimit} s: under load it fails earlier`;
}

function isProbe(value: Json | undefined): boolean {
  return Object.keys(mapping(value)).length > 0;
}

function handlerOf(probe: JsonObject): { kind: string; target: Json } {
  const kind = HANDLERS.find((each) => probe[each] !== undefined && probe[each] !== null) ?? 'nothing';
  const target = mapping(probe[kind]);
  // Where nothing is said, `/` over HTTP is meant.
  if (kind === 'httpGet')
    return { kind, target: { kind, ...target, path: target.path ?? '/', scheme: target.scheme ?? 'HTTP' } };
  return { kind, target: { kind, ...target } };
}

/** Seconds of failures in a row before anything happens. */
function patience(probe: JsonObject): number {
  return seconds(probe, 'periodSeconds', 10) * seconds(probe, 'failureThreshold', 3);
}

/** A zero counts as not stated. */
function seconds(probe: JsonObject, field: string, unset: number): number {
  return whole(at(probe, field)) || unset;
}
