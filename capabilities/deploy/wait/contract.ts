import type { Evidence } from '../../../generator/deploy/events.ts';
import type { Readiness } from '../../../generator/deploy/readiness/index.ts';
import type { KubernetesObject, ObjectRef } from '../../ports/cluster.ts';

export interface Waiting {
  ref: ObjectRef;
  /** Of the object as it was applied: neither an older one of its name nor its older status counts. */
  uid?: string;
  generation?: number;
  /** It was written by this delivery: whatever happened to it since then is about that. */
  written?: boolean;
  /** The HelmChartConfig of a chart: when that was changed, the chart was. */
  config?: KubernetesObject;
  /** Why its status does not count: somebody has still to change it. Undefined when it is as it should be. */
  notYet?(object: KubernetesObject): string | undefined;
}

export interface WaitRequest {
  objects: readonly Waiting[];
  /** Milliseconds for all together. */
  timeout: number;
  signal: AbortSignal;
  /** Called whenever what is said of an object changes; never with what its containers wrote. */
  onProgress(ref: ObjectRef, readiness: Readiness): void;
  /** What is of an older template need not get ready any more. */
  goesBack?: boolean;
  /** Takes a pod away that keeps its StatefulSet from making another; called again and again until it is gone. */
  clearAway?(pod: KubernetesObject): Promise<void>;
}

/** An object that did not get ready. */
export interface WaitFailure {
  ref: ObjectRef;
  /** One sentence without a full stop. */
  message: string;
  /** What to do about it. */
  remedy: string;
  /** Raw: a log may hold what the app should not have written. */
  evidence: Evidence[];
  /** It took too long, rather than being known to fail. */
  timedOut: boolean;
}
