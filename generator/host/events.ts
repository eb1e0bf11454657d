import type { Check } from './checks.ts';

/** What goes on while something is done to a machine, for people to see. */
export type HostEvent =
  | { type: 'stage'; title: string }
  /** What a program on the machine says. */
  | { type: 'line'; text: string }
  | { type: 'note'; text: string }
  | { type: 'warning'; text: string }
  | { type: 'check'; check: Check };

/** Why something was not done, or was taken back. */
export interface HostProblem {
  message: string;
  remedy: string;
  /** The last lines of what was said about it. */
  evidence: string[];
}

export interface SwitchOutcome {
  /** `lost`: nobody knows; the problems say what to do. */
  result: 'unchanged' | 'planned' | 'switched' | 'reverted' | 'lost';
  /** Store paths of what was to run, and of what ran before. */
  system: string;
  previous: string;
  /** What would change, or has: packages and units, as the machine's own programs say it. */
  changes: string[];
  checks: Check[];
  problems: HostProblem[];
  /** Went back by itself, because nobody reached it. */
  byItself: boolean;
}

export interface RebootOutcome {
  /** `away`: did not come back in time. */
  result: 'planned' | 'rebooted' | 'unproven' | 'away';
  checks: Check[];
  problems: HostProblem[];
}

export interface BackupOutcome {
  result: 'done' | 'incomplete' | 'failed';
  snapshot: string | undefined;
  datastore: string | undefined;
  redis: number | undefined;
  bytes: number | undefined;
  added: number | undefined;
  problems: HostProblem[];
}

export interface RestoreOutcome {
  result: 'planned' | 'restored' | 'failed';
  snapshot: string;
  checks: Check[];
  problems: HostProblem[];
}
