import { badConditions } from '../../../../generator/deploy/diagnosis/conditions.ts';
import { eventLines } from '../../../../generator/deploy/diagnosis/event-lines.ts';
import { uidOf } from '../../../../generator/deploy/diagnosis/new-pods.ts';
import type { Evidence } from '../../../../generator/deploy/events.ts';
import { duration } from '../../../../generator/deploy/format/words.ts';
import { subjectOf } from '../../../../generator/deploy/inventory.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Cluster, KubernetesObject } from '../../../ports/cluster.ts';
import type { WaitFailure } from '../contract.ts';
import type { Verdict } from '../round.ts';
import type { View } from '../view.ts';
import { readIssuing } from './issuing.ts';
import { type BadPod, badPods, claimUids, podEvidence } from './pods.ts';
import { EvidenceReader, valueOr } from './reader.ts';

/** Objects that are looked at closely; of more, nobody would read it. */
const MOST = 5;
/** Where events of objects without a namespace are. */
const DEFAULT = 'default';

/**
 * Why some objects did not get ready: what is known, and what there is to read about it.
 * @throws the signal's reason when it says stop
 */
export async function explainFailures(
  verdicts: readonly Verdict[],
  { timedOut, timeout }: { timedOut: boolean; timeout: number },
  view: View,
  world: { cluster: Cluster; clock: Clock; signal: AbortSignal },
): Promise<WaitFailure[]> {
  const reader = new EvidenceReader(world);
  const failures = await Promise.all(
    verdicts.map(async (verdict, index): Promise<WaitFailure> => {
      const { readiness, remedy } = verdict.judgement;
      const closely = index < MOST;
      const { evidence, cause } = closely
        ? await explain(verdict, view, reader)
        : { evidence: [], cause: undefined };
      const said = cause === undefined ? readiness.message : `${readiness.message}; ${cause}`;
      const message = timedOut && timeout > 0 ? `it is not ready after ${duration(timeout)}: ${said}` : said;
      return { ref: verdict.waiting.ref, message, remedy, evidence, timedOut };
    }),
  );
  world.signal.throwIfAborted();
  return failures;
}

interface Explanation {
  evidence: Evidence[];
  /** Said beside what the object says itself. */
  cause: string | undefined;
}

async function explain(
  { waiting, judgement }: Verdict,
  view: View,
  reader: EvidenceReader,
): Promise<Explanation> {
  const { resource, namespace, name } = waiting.ref;
  const subject = subjectOf({ kind: resource.kind, namespace, name });
  const object = view.objectOf(waiting);
  if (!object) return { evidence: [], cause: undefined };
  const job = view.jobOf(waiting);
  const replicaSet = view.replicaSetOf(object);
  const pods = badPods(allPods(waiting, view), judgement.trouble);
  const issuing =
    resource.kind === 'Certificate' && resource.apiVersion.startsWith('cert-manager.io/')
      ? await readIssuing(object, namespace, reader)
      : undefined;
  const [shown, events] = await Promise.all([
    Promise.all(pods.map((pod) => podEvidence(pod, reader))),
    eventsOf([object, job, replicaSet], pods, namespace || DEFAULT, reader),
  ]);
  const evidence = [
    { title: `${subject}, conditions`, lines: badConditions(object) },
    ...(job ? [{ title: `Job ${namespace}/${nameOf(job)}, conditions`, lines: badConditions(job) }] : []),
    ...(replicaSet
      ? [
          {
            title: `ReplicaSet ${namespace}/${nameOf(replicaSet)}, conditions`,
            lines: badConditions(replicaSet),
          },
        ]
      : []),
    { title: `${subject}, on its way`, lines: issuing?.lines ?? [] },
    ...shown.flat(),
    { title: `${subject}, events`, lines: events },
  ];
  return { evidence: evidence.filter(({ lines }) => lines.length > 0), cause: issuing?.message };
}

function allPods(waiting: Verdict['waiting'], view: View): KubernetesObject[] {
  const pods = view.podsOf(waiting);
  const object = view.objectOf(waiting);
  // One of the old template may keep a StatefulSet from going on.
  return pods.length > 0 || !object ? pods : view.podsOwnedBy(object);
}

async function eventsOf(
  objects: readonly (KubernetesObject | undefined)[],
  pods: readonly BadPod[],
  namespace: string,
  reader: EvidenceReader,
): Promise<string[]> {
  const problems: string[] = [];
  const events = valueOr(await reader.listKind('', 'Event', { namespace }), [], problems);
  const claims = await Promise.all(pods.map(({ pod }) => claimUids(pod, reader)));
  const uids = [...objects, ...pods.map(({ pod }) => pod)].flatMap((object) => uidOf(object) ?? []);
  return [...eventLines(events, new Set([...uids, ...claims.flat()])), ...problems];
}

function nameOf(object: KubernetesObject): string {
  return String((object.metadata as KubernetesObject | undefined)?.name ?? '');
}
