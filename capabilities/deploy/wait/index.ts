import { type Judgement, judge } from '../../../generator/deploy/diagnosis/judgement.ts';
import { Sightings } from '../../../generator/deploy/diagnosis/sightings.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { Bell } from './bell.ts';
import type { Waiting, WaitFailure, WaitRequest } from './contract.ts';
import { explainFailures } from './evidence/index.ts';
import { Follower } from './follow.ts';
import { View } from './view.ts';

export type { Evidence } from '../../../generator/deploy/events.ts';
export type { Waiting, WaitFailure, WaitRequest } from './contract.ts';

/** Milliseconds that the first look may take, however little time there is. */
const LOOK = 30_000;

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
      for (const { waiting } of open) {
        const object = view.objectOf(waiting);
        if (object && view.lacksReplicaSet(object)) follower.askReplicaSet(object);
      }
      await nextChange(bell, Math.min(end, ...verdicts.map(({ judgement }) => judgement.due)) - time(), clock);
    }
  } finally {
    stop.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

export interface Verdict {
  waiting: Waiting;
  judgement: Judgement;
}

/** Judges all objects again and again, and tells what changed. */
class Round {
  private readonly request: WaitRequest;
  private readonly view: View;
  private readonly sightings = new Sightings();
  private readonly last = new Map<Waiting, Judgement['readiness']>();

  constructor(request: WaitRequest, view: View) {
    this.request = request;
    this.view = view;
  }

  judge(now: number, looked: boolean): Verdict[] {
    const verdicts = this.request.objects.map((waiting, index) => ({
      waiting,
      judgement: looked ? this.judgeOne(waiting, index, now) : NOT_LOOKED,
    }));
    this.sightings.sweep();
    if (looked) for (const verdict of verdicts) this.tell(verdict);
    return verdicts;
  }

  private judgeOne(waiting: Waiting, index: number, now: number): Judgement {
    const { ref, uid, generation } = waiting;
    const { view } = this;
    const sight = {
      kind: ref.resource.kind,
      key: String(index),
      uid,
      generation,
      object: view.objectOf(waiting),
      wasThere: view.wasThere(uid),
      wasReady: this.last.get(waiting)?.state === 'ready',
      pods: view.podsOf(waiting),
      restarts: view.restarts,
      job: view.jobOf(waiting),
    };
    return judge(sight, this.sightings, now);
  }

  private tell({ waiting, judgement: { readiness } }: Verdict): void {
    const before = this.last.get(waiting);
    if (before?.state === readiness.state && before.message === readiness.message) return;
    this.last.set(waiting, readiness);
    this.request.onProgress(waiting.ref, readiness);
  }
}

const NOT_LOOKED: Judgement = {
  readiness: { state: 'waiting', message: 'the API server does not answer' },
  remedy: 'Deliver again when the API server can be reached.',
  trouble: undefined,
  due: Number.POSITIVE_INFINITY,
};

/** Until something happened, or so many milliseconds passed. */
async function nextChange(bell: Bell, milliseconds: number, clock: Clock): Promise<void> {
  const timer = new AbortController();
  clock.sleep(Math.max(0, milliseconds), timer.signal).then(() => bell.ring());
  try {
    await bell.next();
  } finally {
    timer.abort();
  }
}
