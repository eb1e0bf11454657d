import type { ProbeReport } from './downtime.ts';
import type { Action, Plan } from './plan/plan.ts';

/** Something to read about an object that failed: conditions, events, the last lines of a log. */
export interface Evidence {
  title: string;
  lines: string[];
  /** A program wrote the lines, and may have written secrets into them. */
  log?: true;
}

/** Why a delivery cannot go on. */
export interface DeliveryProblem {
  /** `Deployment shop/web`; empty when it is about no single object. */
  subject: string;
  message: string;
  remedy: string;
  /** Of the manifest, where it is about one. */
  place?: { file: string; line: number; column: number };
  evidence: Evidence[];
}

/** What happens while a delivery runs, in order. */
export type DeliveryEvent =
  | { type: 'cluster'; version: string }
  | { type: 'plan'; plan: Plan }
  | { type: 'stage'; title: string }
  | { type: 'applied'; subject: string; action: Action }
  | { type: 'waiting'; subject: string; message: string }
  | { type: 'ready'; subject: string }
  | { type: 'stage-done'; title: string; milliseconds: number }
  | { type: 'note'; text: string }
  | { type: 'warning'; text: string }
  | { type: 'problem'; problem: DeliveryProblem }
  | { type: 'rollback'; to: number };

/** One part of a delivery, and how long it took. */
export interface TimedStage {
  title: string;
  /** Objects that were written. */
  written: number;
  milliseconds: number;
}

export type DeliveryResult = 'planned' | 'unchanged' | 'delivered' | 'rolled-back' | 'failed';

/** How a delivery ended. */
export interface DeliveryOutcome {
  result: DeliveryResult;
  plan: Plan;
  /** The release that runs now, or the last good one of a delivery that failed; undefined when none was ever proven. */
  release: number | undefined;
  stages: TimedStage[];
  /** What users noticed, host by host. */
  downtime: ProbeReport[];
  /** Why it failed; empty when it did not. */
  problems: DeliveryProblem[];
  /** What failed while going back; empty when nothing did, or nothing was to be gone back to. */
  rollbackProblems: DeliveryProblem[];
  warnings: string[];
  milliseconds: number;
}
