import type { Severity, Violation } from '../finding.ts';
import type { Cluster } from './cluster/cluster.ts';

/** One check of what no schema can see: how objects fit together. */
export interface Rule {
  /** Stable, kebab-case; never renamed once released. */
  id: string;
  severity: Severity;
  /** One line: what the rule finds. */
  summary: string;
  /** What goes wrong in a cluster when it is broken, in two or three sentences. Printed by `lunchbox explain <id>`. */
  why: string;
  /** The general remedy, as an instruction. */
  fix: string;
  check(cluster: Cluster): Iterable<Violation>;
}
