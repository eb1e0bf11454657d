import type { Manifest } from '../manifest.ts';

/** What a rule may know about the machine the manifests will run on. */
export interface ClusterContext {
  /** Number of nodes; 1 unless told otherwise. */
  nodes: number;
}

/** All objects that one environment applies together, with the look-ups that rules share. */
export interface Cluster {
  manifests: readonly Manifest[];
  context: ClusterContext;
}
