/** Plain JSON-like data, as a manifest or a spec holds it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A way into a document: object keys and list indexes, outermost first. */
export type Path = readonly (string | number)[];

/** What tells one Kubernetes object from every other in a cluster. */
export interface Identity {
  apiVersion: string;
  kind: string;
  /** Empty for cluster-scoped kinds and where the manifest states none. */
  namespace: string;
  name: string;
}

/** One Kubernetes object as it stands in a file. */
export interface Manifest {
  identity: Identity;
  /** Path from the repository's root, with `/`. */
  file: string;
  /** The line of `file` on which this document's text begins, from 1. */
  line: number;
  /** The object's own text: its document, without the `---` that parts it from its neighbours. */
  text: string;
  data: JsonObject;
  /** For an item of a `List`: the whole document it stands in, and the way to it. */
  within?: { document: string; path: Path };
}

/** `Deployment/web`, or `Deployment/web (shop)` where the namespace matters. */
export function nameOf(identity: Identity): string {
  return `${identity.kind}/${identity.name}`;
}
