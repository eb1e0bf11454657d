import type { Problem } from '../errors.ts';
import type { Manifest } from '../manifest.ts';

/** What one revision holds for one environment, read. */
export interface EnvironmentTree {
  environment: string;
  manifests: readonly Manifest[];
  /** Documents that could not be read: what is in them is not compared. */
  problems: readonly Problem[];
  /** `sha256:…` over every file below `clusters/<env>/manifests`: what a delivery of these bytes prints too. */
  digest: string;
  /** What lunchbox.yaml says of the machine; undefined when it cannot be read at this revision. */
  droplet?: { region: string; size: string; nodes: number } | undefined;
}
