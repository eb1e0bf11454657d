import { at, items, mapping, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { oneLine, withoutStop } from './one-line.ts';

/** Why a pod will not get ready by itself. */
export interface PodTrouble {
  /** Empty when it is about the whole pod. */
  container: string;
  /** What goes on while the kubelet's words for it alternate. */
  kind: 'image' | 'configuration' | 'start' | 'crash' | 'scheduling';
  /** Milliseconds for which it may be seen before it counts as failed; Infinity when somebody else decides. */
  patience: number;
  /** One sentence without a full stop. */
  message: string;
  /** The same without what the container or its runtime wrote, which may hold a secret. */
  summary: string;
  remedy: string;
  /** Whose log tells more: of the container that runs, or of the one before. */
  log: 'none' | 'current' | 'previous';
}

export interface PodExpectation {
  /** How often a container may end before it counts as failed; Infinity for those that are meant to be tried again. */
  crashes: number;
  /** Restarts that a container had before it was looked at: those of a running one are history. */
  before?: ReadonlyMap<string, number>;
}

/** How often a container of a workload may end. */
export const CRASHES = 3;
/** Milliseconds; a registry, or the kubelet's copy of a Secret, may be late. */
const PATIENCE = { pull: 20_000, backOff: 30_000, start: 10_000, crash: 30_000, schedule: 30_000 };

/**
 * What keeps a pod from getting ready, the worst first; empty when it only needs time. From what the scheduler and the
 * kubelet write into its status (`kubectl explain pod.status`).
 */
export function podTroubles(pod: JsonObject, expected: PodExpectation = { crashes: CRASHES }): PodTrouble[] {
  if (at(pod, 'metadata', 'deletionTimestamp') !== undefined) return [];
  const containers = [
    ...items(at(pod, 'status', 'initContainerStatuses')),
    ...items(at(pod, 'status', 'containerStatuses')),
  ].flatMap(({ item }) => containerTrouble(item, expected) ?? []);
  return [...containers, ...schedulingTrouble(pod)].sort((a, b) => a.patience - b.patience);
}

function schedulingTrouble(pod: JsonObject): PodTrouble[] {
  const scheduled = items(at(pod, 'status', 'conditions')).find(({ item }) => item.type === 'PodScheduled');
  if (scheduled?.item.status !== 'False' || scheduled.item.reason !== 'Unschedulable') return [];
  const said = oneLine(text(scheduled.item.message) ?? '');
  const message = withoutStop(`no node can take it: ${said || 'the scheduler does not say why'}`);
  return [
    {
      container: '',
      kind: 'scheduling',
      patience: PATIENCE.schedule,
      message,
      summary: message,
      remedy: schedulingRemedy(said),
      log: 'none',
    },
  ];
}

function schedulingRemedy(said: string): string {
  if (/Insufficient (?:cpu|memory)/.test(said))
    return 'Let the workloads request less, or give the environment a larger node: see `lunchbox validate` for what fits.';
  if (/PersistentVolumeClaim|persistentvolumeclaim|volume/.test(said))
    return 'See why its volume is not there: kubectl describe pvc.';
  if (/free ports/.test(said)) return 'Let no two pods ask for the same port of the node.';
  return 'Let its node selector, affinity and tolerations fit a node that is there.';
}

const IMAGE = /^(?:ErrImagePull|ImagePullBackOff|RegistryUnavailable|SignatureValidationFailed)$/;
const NO_IMAGE = /^(?:InvalidImageName|ErrImageNeverPull|ImageInspectError)$/;
const START =
  /^(?:CreateContainerError|RunContainerError|PreCreateHookError|PreStartHookError|PostStartHookError)$/;

function containerTrouble(status: JsonObject, expected: PodExpectation): PodTrouble | undefined {
  const container = text(status.name) ?? '';
  const reason = text(at(status, 'state', 'waiting', 'reason')) ?? '';
  const said = oneLine(text(at(status, 'state', 'waiting', 'message')) ?? '');
  const summary = `container ${container}: ${reason}`;
  const message = withoutStop(said ? `${summary}: ${said}` : summary);
  if (IMAGE.test(reason) || NO_IMAGE.test(reason)) {
    const image = text(status.image);
    const ofImage = image ? `${summary} of ${oneLine(image)}` : summary;
    return {
      container,
      kind: 'image',
      patience: NO_IMAGE.test(reason) ? 0 : PATIENCE[reason === 'ErrImagePull' ? 'pull' : 'backOff'],
      message: said ? message : ofImage,
      summary: ofImage,
      remedy:
        reason === 'ErrImageNeverPull'
          ? 'Put the image onto the node, or let it be pulled: imagePullPolicy.'
          : 'See that the image exists under this name and digest, and that the cluster may pull it: its registry, its pull secret.',
      log: 'none',
    };
  }
  if (reason === 'CreateContainerConfigError')
    return {
      container,
      kind: 'configuration',
      patience: PATIENCE.start,
      message,
      summary,
      remedy: 'See that the Secret or ConfigMap that it names is there, with that key.',
      log: 'none',
    };
  if (START.test(reason))
    return {
      container,
      kind: 'start',
      patience: PATIENCE.start,
      message,
      summary,
      remedy: 'See that its command is in the image, and that its user may run it.',
      log: 'previous',
    };
  return crashTrouble(status, container, reason, expected);
}

function crashTrouble(
  status: JsonObject,
  container: string,
  reason: string,
  { crashes: most, before }: PodExpectation,
): PodTrouble | undefined {
  const restarts = whole(status.restartCount) ?? 0;
  const backOff = reason === 'CrashLoopBackOff';
  const ended = mapping(at(status, 'state', 'terminated'));
  const failedNow = whole(ended.exitCode) !== undefined && ended.exitCode !== 0;
  // An init container that is done; whatever it took.
  if (whole(ended.exitCode) === 0) return undefined;
  const down = backOff || failedNow;
  const crashes = down ? restarts + 1 : restarts - (before?.get(container) ?? 0);
  if (!backOff && crashes < (down ? 1 : Math.min(most, CRASHES))) return undefined;
  const last = failedNow ? ended : mapping(at(status, 'lastState', 'terminated'));
  const times = crashes === 1 ? 'once' : `${crashes} times`;
  const patience =
    crashes >= most ? 0 : backOff && most <= CRASHES ? PATIENCE.crash : Number.POSITIVE_INFINITY;
  const ends = `container ${container} ended ${times}`;
  return {
    container,
    kind: 'crash',
    patience,
    message: `${ends}: ${endOf(last)}`,
    summary: `${ends}: ${exitOf(last)}`,
    remedy: crashRemedy(last),
    log: failedNow && restarts === 0 ? 'current' : 'previous',
  };
}

/** `exit code 137 (OOMKilled)`, and what the container said last. */
export function endOf(terminated: JsonObject): string {
  const said = withoutStop(oneLine(text(terminated.message) ?? '', 200));
  return said ? `${exitOf(terminated)}: ${said}` : exitOf(terminated);
}

function exitOf(terminated: JsonObject): string {
  const code = whole(terminated.exitCode);
  const reason = oneLine(text(terminated.reason) ?? '');
  const named = reason === '' || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`;
  return code === undefined ? 'how is not known' : `exit code ${code}${named}`;
}

function crashRemedy(last: JsonObject): string {
  if (last.reason === 'OOMKilled')
    return 'Give it more memory (`memory` of its limits), or let it need less.';
  switch (last.exitCode) {
    case 0:
      return 'Let its program go on: it ends by itself, without an error.';
    case 126:
    case 127:
    case 128:
      return 'See that its command is in the image, and that its user may run it.';
    case 137:
    case 143:
      return 'See in the events whether its liveness probe ended it, and in its log what it did until then.';
    case 139:
      return 'It accessed memory that is not its own: see that the image fits the processor.';
    default:
      return 'See the last lines of its log.';
  }
}

/** Restarts of each container until now. */
export function restartsOf(pod: JsonObject): Map<string, number> {
  const statuses = [
    ...items(at(pod, 'status', 'initContainerStatuses')),
    ...items(at(pod, 'status', 'containerStatuses')),
  ];
  return new Map(statuses.map(({ item }) => [text(item.name) ?? '', whole(item.restartCount) ?? 0]));
}
