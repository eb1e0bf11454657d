import { type Judgement, judge } from '../../../generator/deploy/diagnosis/judgement.ts';
import { Sightings } from '../../../generator/deploy/diagnosis/sightings.ts';
import type { Waiting, WaitRequest } from './contract.ts';
import type { View } from './view.ts';

export interface Verdict {
  waiting: Waiting;
  judgement: Judgement;
}

/** Judges all objects again and again, and tells what changed. */
export class Round {
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
    const { ref, uid, generation, config, notYet } = waiting;
    const { view } = this;
    const object = view.objectOf(waiting);
    const sight = {
      kind: ref.resource.kind,
      key: String(index),
      uid,
      generation,
      object,
      wasThere: view.wasThere(uid),
      wasReady: this.last.get(waiting)?.state === 'ready',
      pods: view.podsOf(waiting),
      restarts: view.restarts,
      job: view.jobOf(waiting),
      config,
      notYet,
      allPods: object ? view.podsOwnedBy(object) : [],
      goesBack: this.request.goesBack ?? false,
      refusal: view.refusalOf(object),
    };
    return judge(sight, this.sightings, now);
  }

  private tell({ waiting, judgement: { progress } }: Verdict): void {
    const before = this.last.get(waiting);
    if (before?.state === progress.state && before.message === progress.message) return;
    this.last.set(waiting, progress);
    this.request.onProgress(waiting.ref, progress);
  }
}

const UNANSWERED = { state: 'waiting', message: 'the API server does not answer' } as const;
const NOT_LOOKED: Judgement = {
  readiness: UNANSWERED,
  progress: UNANSWERED,
  remedy: 'Deliver again when the API server can be reached.',
  trouble: undefined,
  inTheWay: [],
  due: Number.POSITIVE_INFINITY,
};
