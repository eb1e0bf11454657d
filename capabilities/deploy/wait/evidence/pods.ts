import { LOG_LINES, logLines } from '../../../../generator/deploy/diagnosis/log-lines.ts';
import {
  claimsOf,
  isPodReady,
  podLines,
  unreadyContainer,
} from '../../../../generator/deploy/diagnosis/pod-lines.ts';
import { type PodTrouble, podTroubles } from '../../../../generator/deploy/diagnosis/pod-trouble.ts';
import type { Evidence } from '../../../../generator/deploy/events.ts';
import { at, text } from '../../../../generator/fields.ts';
import type { KubernetesObject } from '../../../ports/cluster.ts';
import { type EvidenceReader, valueOr } from './reader.ts';

/** Pods that are shown of one workload. */
const MOST = 2;

/** A pod that is not ready, and what is known of why. */
export interface BadPod {
  pod: KubernetesObject;
  trouble: PodTrouble | undefined;
}

/** The pods to show: the one that failed first, else some that are not ready. */
export function badPods(pods: readonly KubernetesObject[], failed: BadPod | undefined): BadPod[] {
  const others = pods
    .filter(
      (pod) => pod !== failed?.pod && !isPodReady(pod) && text(at(pod, 'status', 'phase')) !== 'Succeeded',
    )
    .map((pod) => ({ pod, trouble: undefined }));
  return [...(failed ? [failed] : []), ...others].slice(0, failed ? 1 : MOST);
}

/** How a pod is, the volumes that it waits for, and the last lines of the log of the container that fails. */
export async function podEvidence(bad: BadPod, reader: EvidenceReader): Promise<Evidence[]> {
  const { pod, trouble = podTroubles(pod)[0] } = bad;
  const namespace = text(at(pod, 'metadata', 'namespace')) ?? '';
  const name = text(at(pod, 'metadata', 'name')) ?? '';
  const title = `pod ${namespace}/${name}`;
  const container = trouble?.container || unreadyContainer(pod);
  const hasLog = container !== undefined && (trouble === undefined || trouble.log !== 'none');
  const [claims, log] = await Promise.all([
    claimLines(pod, namespace, reader),
    hasLog ? logOf({ namespace, name, container }, trouble?.log === 'previous', reader) : [],
  ]);
  return [
    { title, lines: [...podLines(pod), ...claims] },
    ...(hasLog
      ? [{ title: `${title} container ${container}, last log lines`, lines: log, log: true as const }]
      : []),
  ];
}

async function logOf(
  { namespace, name, container }: { namespace: string; name: string; container: string },
  previous: boolean,
  reader: EvidenceReader,
): Promise<string[]> {
  const problems: string[] = [];
  for (const before of previous ? [true, false] : [false]) {
    const read = await reader.read('its log', () =>
      reader.cluster.logs(namespace, name, container, LOG_LINES, before),
    );
    const lines = logLines(valueOr(read, '', problems));
    if (lines.length > 0) return lines;
  }
  return problems.length > 0 ? problems.slice(0, 1) : ['it wrote nothing'];
}

/** A volume that is not there is why no node takes a pod, and why it does not start. */
async function claimLines(
  pod: KubernetesObject,
  namespace: string,
  reader: EvidenceReader,
): Promise<string[]> {
  const names = text(at(pod, 'status', 'phase')) === 'Pending' ? claimsOf(pod) : [];
  if (names.length === 0) return [];
  const problems: string[] = [];
  const claims = valueOr(await reader.listKind('', 'PersistentVolumeClaim', { namespace }), [], problems);
  const lines = names.flatMap((name) => {
    const claim = claims.find((each) => text(at(each, 'metadata', 'name')) === name);
    const phase = claim ? (text(at(claim, 'status', 'phase')) ?? 'Pending') : 'not there';
    return phase === 'Bound' ? [] : [`PersistentVolumeClaim ${name}: ${phase}`];
  });
  return [...lines, ...problems];
}

/** The uids of the volumes that a pod waits for: what happened to them tells why. */
export async function claimUids(pod: KubernetesObject, reader: EvidenceReader): Promise<string[]> {
  const namespace = text(at(pod, 'metadata', 'namespace')) ?? '';
  const names = text(at(pod, 'status', 'phase')) === 'Pending' ? claimsOf(pod) : [];
  if (names.length === 0) return [];
  const claims = valueOr(await reader.listKind('', 'PersistentVolumeClaim', { namespace }), [], []);
  return claims.flatMap((claim) =>
    names.includes(text(at(claim, 'metadata', 'name')) ?? '')
      ? [text(at(claim, 'metadata', 'uid')) ?? '']
      : [],
  );
}
