// Stand-in until the watch-based one of this folder is written: replace this file.
import type { Evidence } from '../../../generator/deploy/events.ts';
import { type Readiness, readinessOf } from '../../../generator/deploy/readiness/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster, ObjectRef } from '../../ports/cluster.ts';

export interface Waiting {
  ref: ObjectRef;
  uid?: string;
  generation?: number;
}
export interface WaitRequest {
  objects: readonly Waiting[];
  timeout: number;
  signal: AbortSignal;
  onProgress(ref: ObjectRef, readiness: Readiness): void;
}
export interface WaitFailure {
  ref: ObjectRef;
  message: string;
  remedy: string;
  evidence: Evidence[];
  timedOut: boolean;
}

export async function waitUntilReady(
  request: WaitRequest,
  cluster: Cluster,
  clock: Clock,
): Promise<WaitFailure[]> {
  const end = clock.now().getTime() + request.timeout;
  const said = new Map<Waiting, string>();
  for (;;) {
    let open = 0;
    for (const waiting of request.objects) {
      const live = await cluster.get(waiting.ref);
      const readiness: Readiness = live
        ? readinessOf(live)
        : { state: 'waiting', message: 'it is not there' };
      if (said.get(waiting) !== readiness.message) request.onProgress(waiting.ref, readiness);
      said.set(waiting, readiness.message);
      if (readiness.state === 'failed')
        return [{ ref: waiting.ref, message: readiness.message, remedy: '', evidence: [], timedOut: false }];
      if (readiness.state === 'waiting') open++;
      if (open > 0 && clock.now().getTime() > end)
        return [{ ref: waiting.ref, message: readiness.message, remedy: '', evidence: [], timedOut: true }];
    }
    if (open === 0 || request.signal.aborted) return [];
    await clock.sleep(500, request.signal);
  }
}
