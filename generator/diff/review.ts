import type { Finding } from '../finding.ts';
import type { ObjectChange } from './change.ts';
import type { EnvironmentTree } from './environment-tree.ts';
import type { Risk } from './risk.ts';

/** One side of a comparison. */
export interface Revision {
  /** As asked for: a branch, a tag, or `working tree`. */
  name: string;
  /** Full commit; undefined for the working tree. */
  commit?: string | undefined;
}

/** Something that is not a change of an object, and that a reviewer has to know to trust the rest. */
export interface Notice {
  environment?: string | undefined;
  message: string;
  remedy?: string | undefined;
}

/** A file of `clusters/<env>` outside of `manifests/` that differs. */
export interface OtherFile {
  path: string;
  change: 'added' | 'removed' | 'modified';
}

/** One environment, compared. */
export interface EnvironmentReview {
  name: string;
  before?: EnvironmentTree | undefined;
  after?: EnvironmentTree | undefined;
  changes: ObjectChange[];
  /** Gravest first. */
  risks: Risk[];
  /** What validation says of the new tree; undefined when it was not asked. */
  findings?: Finding[] | undefined;
  otherFiles: OtherFile[];
}

/** The same change in several environments: shown once. */
export interface ChangeGroup {
  environments: string[];
  /** One for each environment, in the same order. */
  changes: ObjectChange[];
}

/** Everything that the comment, the summary, the page and the JSON are made of. */
export interface Review {
  base: Revision;
  head: Revision;
  environments: EnvironmentReview[];
  /** Every change once, in the order in which it is to be read. */
  groups: ChangeGroup[];
  notices: Notice[];
}
