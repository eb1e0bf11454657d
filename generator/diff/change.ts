import type { Json, Manifest, Path } from '../manifest.ts';

/** One differing field. An absent side is `undefined`; `null` is a value. */
export interface FieldChange {
  /** For people, list items by their merge key: `spec.template.spec.containers[web].image`. */
  name: string;
  /** The way to it on each side, or to its nearest ancestor there. */
  beforePath: Path;
  afterPath: Path;
  before?: Json | undefined;
  after?: Json | undefined;
}

interface Difference {
  environment: string;
  /** Differences that mean something to a reviewer. Empty for added and removed objects. */
  fields: FieldChange[];
  /** Differences that only follow from others: checksums, generated labels. */
  noise: FieldChange[];
}

export interface Added extends Difference {
  kind: 'added';
  before?: undefined;
  after: Manifest;
}
export interface Removed extends Difference {
  kind: 'removed';
  before: Manifest;
  after?: undefined;
}
/** The same kind and nearly the same content under another name: Kubernetes removes one object and creates the other. */
export interface Renamed extends Difference {
  kind: 'renamed';
  before: Manifest;
  after: Manifest;
}
export interface Modified extends Difference {
  kind: 'modified';
  before: Manifest;
  after: Manifest;
}

/** One object that differs between two trees of an environment. */
export type ObjectChange = Added | Removed | Renamed | Modified;

/** The manifest by which a change is called: the new one, else the old one. */
export function subject(change: ObjectChange): Manifest {
  return change.after ?? change.before;
}
