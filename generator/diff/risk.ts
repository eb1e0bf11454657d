import type { Place } from '../finding.ts';
import type { Identity, Path } from '../manifest.ts';
import type { ObjectChange } from './change.ts';
import type { EnvironmentTree } from './environment-tree.ts';

/** Every risk, the gravest first. */
export const RISKS = [
  'data-loss',
  'forced-recreate',
  'outage',
  'certificate',
  'privilege',
  'capacity',
  'secret',
  'image',
] as const;
export type RiskName = (typeof RISKS)[number];

/** Something about a change that a reviewer should know first. */
export interface Risk {
  risk: RiskName;
  environment: string;
  /** The object at stake; undefined when it is the machine. */
  object?: Identity | undefined;
  /** Where; in the new tree, or in the old one when it is gone there. */
  place: Place;
  side: 'before' | 'after';
  /** What happens, in one sentence without a full stop, e.g. `readiness probe removed: a rollout will drop requests`. Never a secret value. */
  message: string;
}

/** What a rule sees: one environment, before and after. An environment that is new has no `before`; one that is gone no `after`. */
export interface RiskContext {
  environment: string;
  changes: readonly ObjectChange[];
  before: EnvironmentTree | undefined;
  after: EnvironmentTree | undefined;
}

/** What a rule reports: which change, on which side, at which field. Without a change it is about the machine. */
export interface RiskHit {
  change?: ObjectChange | undefined;
  side: 'before' | 'after';
  /** The field; one that does not exist is placed at its nearest existing ancestor. */
  at: Path;
  message: string;
}

export interface RiskRule {
  risk: RiskName;
  /** What it finds, one line for tables. */
  summary: string;
  /** Why that is dangerous, and what to do: two or three sentences for `lunchbox explain`. */
  why: string;
  check(context: RiskContext): Iterable<RiskHit>;
}
