import { lacksPods } from '../../../generator/deploy/diagnosis/pod-refusal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { Bell } from './bell.ts';
import type { WaitFailure, WaitRequest } from './contract.ts';
import { explainFailures } from './evidence/index.ts';
import { EVENTS, Follower } from './follow.ts';
import { Round } from './round.ts';
import { View } from './view.ts';

export type { WaitFailure, Waiting, WaitRequest } from './contract.ts';

/** Milliseconds that the first look may take, however little time there is. */
const LOOK = 30_000;
/** Milliseconds that a timer may take. */
const LONGEST = 2 ** 31 - 1;

/**
 * Waits until all objects are ready: by watching, not by asking again and again; nothing is watched when all are ready
 * at the first look. Ends as soon as one of them is known to fail; how the others are is then not told.
 * @returns what failed, with what there is to read about it; empty when everything is ready
 * @throws ApiError when the cluster refuses to be looked at; the signal's reason when it says stop
 */
export async function waitUntilReady(
  request: WaitRequest,
  cluster: Cluster,
  clock: Clock,
): Promise<WaitFailure[]> {
  const { objects, timeout, signal } = request;
  signal.throwIfAborted();
  if (objects.length === 0) return [];
  const time = () => clock.now().getTime();
  const [begun, view, bell, stop] = [time(), new View(), new Bell(), new AbortController()];
  const onAbort = () => {
    stop.abort();
    bell.ring();
  };
  signal.addEventListener('abort', onAbort);
  const follower = new Follower({ cluster, clock, view, bell, signal: stop.signal });
  const round = new Round(request, view);
  let looked = false;
  let following = false;
  try {
    follower.look(objects, () => {
      looked = true;
    });
    for (;;) {
      signal.throwIfAborted();
      if (follower.failure !== undefined) throw follower.failure;
      const end = begun + (looked ? timeout : Math.max(timeout, LOOK));
      const verdicts = round.judge(time(), looked);
      const failing = verdicts.filter(({ judgement }) => judgement.readiness.state === 'failed');
      const open = verdicts.filter(({ judgement }) => judgement.readiness.state === 'waiting');
      if (looked && failing.length + open.length === 0) return [];
      const timedOut = failing.length === 0 && time() >= end;
      if (failing.length > 0 || timedOut)
        return await explainFailures(timedOut ? open : failing, { timedOut, timeout }, view, {
          cluster,
          clock,
          signal,
        });
      if (looked && !following) {
        following = true;
        follower.follow(open.map(({ waiting }) => waiting));
      }
      let again = Number.POSITIVE_INFINITY;
      for (const { waiting } of open) {
        const object = view.objectOf(waiting);
        if (object && view.lacksReplicaSet(object)) follower.askReplicaSet(object);
        if (!object || !lacksPods(object)) continue;
        follower.askRefusal(object, waiting.written ?? false);
        again = time() + EVENTS;
      }
      for (const { judgement } of open) for (const pod of judgement.inTheWay) await request.clearAway?.(pod);
      await nextChange(
        bell,
        Math.min(end, again, ...verdicts.map(({ judgement }) => judgement.due)) - time(),
        clock,
      );
    }
  } finally {
    stop.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Until something happened, or so many milliseconds passed. */
async function nextChange(bell: Bell, milliseconds: number, clock: Clock): Promise<void> {
  const timer = new AbortController();
  clock.sleep(Math.max(0, Math.min(milliseconds, LONGEST)), timer.signal).then(() => {
    if (!timer.signal.aborted) bell.ring();
  });
  try {
    await bell.next();
  } finally {
    timer.abort();
  }
}
