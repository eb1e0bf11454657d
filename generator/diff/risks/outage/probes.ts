import { at, mapping, whole } from '../../../fields.ts';
import type { Json, JsonObject } from '../../../manifest.ts';
import { type PodTemplate, portsOf, runsOn } from '../../../validate/cluster/pod-template.ts';
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
        // Probes ask the pod's own ports: another name for the same number is the same question.
        const sides = {
          before: withNumber(mapping(old), pods.before),
          after: withNumber(mapping(now), pods.after),
          slowStart: !isProbe(after.data.startupProbe),
        };
        for (const message of isProbe(now) ? worse(field, sides) : [`removed: ${PROBES[field].removed}`])
          yield hit(
            pods.change,
            isProbe(now) ? ways : { before: ways.before },
            `${PROBES[field].name} of container ${after.name} ${message}`,
          );
      }
    }
  }
}

interface Sides {
  before: JsonObject;
  after: JsonObject;
  /** No startup probe holds the others back while the app starts. */
  slowStart: boolean;
}

function* worse(field: ProbeField, { before, after, slowStart }: Sides): Iterable<string> {
  const [old, now] = [handlerOf(before), handlerOf(after)];
  if (!same(old.target, now.target))
    yield old.kind === now.kind
      ? `asks something else now (${now.kind}): if that does not answer, ${field === 'readinessProbe' ? 'pods get no requests' : 'containers are killed again and again'}`
      : `asks by ${now.kind} instead of ${old.kind}: ${field === 'readinessProbe' ? 'pods may count as ready earlier or later than they are' : 'it may pass or fail where it did not'}`;
  const [was, is] = [patience(before), patience(after)];
  if (field === 'readinessProbe' && is >= 2 * was)
    yield `takes ${is} s instead of ${was} s to notice a pod that fails: requests fail meanwhile`;
  if (field === 'livenessProbe' && is < was)
    yield `gives up after ${is} s instead of ${was} s: a slow moment may end in a restart`;
  const [first, firstNow] = [delay(before), delay(after)];
  if (field === 'startupProbe' && is + firstNow < was + first)
    yield `allows ${is + firstNow} s for the start instead of ${was + first} s: a slow start is killed and begins again`;
  if (field === 'livenessProbe' && slowStart && firstNow < first)
    yield `asks after ${firstNow} s for the first time instead of ${first} s: a slow start is killed and begins again`;
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

/** Seconds before it asks for the first time. */
function delay(probe: JsonObject): number {
  return whole(probe.initialDelaySeconds) ?? 0;
}

/** The probe with the number of its port where it names one that the pod has. */
function withNumber(probe: JsonObject, { containers }: PodTemplate): JsonObject {
  const numbered = ['httpGet', 'tcpSocket'].flatMap((handler) => {
    const asked = mapping(probe[handler]);
    const number = portsOf(containers).find(({ name }) => name !== undefined && name === asked.port)?.number;
    return number === undefined ? [] : [[handler, { ...asked, port: number }]];
  });
  return { ...probe, ...Object.fromEntries(numbered) };
}

/** A zero counts as not stated. */
function seconds(probe: JsonObject, field: string, unset: number): number {
  return whole(at(probe, field)) || unset;
}
