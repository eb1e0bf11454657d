import type { Manifest, Path } from './manifest.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A position in a file; line and column count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Where a manifest begins. */
export function manifestPlace({ file, line }: Manifest): Place {
  return { file, line, column: 1 };
}

/** Something wrong with a manifest, where it is and how to mend it. */
export interface Finding {
  /** Stable id, kebab-case, e.g. `ingress-port-missing`; `lunchbox explain <id>` describes it. */
  rule: string;
  severity: Severity;
  place: Place;
  message: string;
  fix: string;
}

/** What a rule reports: a manifest and the field in it; the runner turns it into a Finding with a line. */
export interface Violation {
  manifest: Manifest;
  /** The offending field. A path that does not exist is placed at its nearest existing ancestor. */
  at: Path;
  message: string;
  /** Overrides the rule's own remedy. */
  fix?: string;
  /** Overrides the rule's own severity. */
  severity?: Severity;
}
