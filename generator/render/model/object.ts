import type { JsonObject } from '../../manifest.ts';

/** One object to be rendered: which template, with what, into which file. */
export interface ObjectSpec {
  /** Name of the template, e.g. `workload/deployment`. */
  template: string;
  /** Folder below `manifests/`. */
  component: string;
  kind: string;
  name: string;
  /** Everything the template may read. */
  context: JsonObject;
}
