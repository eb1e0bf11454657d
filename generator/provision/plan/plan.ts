import type { RecordAdvice } from '../dns.ts';
import type { Identity } from '../identity.ts';
import { sha256 } from '../naming.ts';
import type { Wanted } from '../wanted.ts';

export type StepAction = 'create' | 'change' | 'replace' | 'keep' | 'delete';

export type StepKind =
  | 'project'
  | 'vpc'
  | 'firewall'
  | 'ssh-key'
  | 'volume'
  | 'image'
  | 'droplet'
  | 'address'
  | 'record'
  | 'escrow'
  | 'tag';

/** What is done in a step; `keep` does nothing. */
export type Operation =
  | 'keep'
  | 'project.create'
  | 'project.assign'
  | 'project.delete'
  | 'vpc.create'
  | 'vpc.delete'
  | 'firewall.create'
  | 'firewall.update'
  | 'firewall.delete'
  | 'key.create'
  | 'key.delete'
  | 'volume.create'
  | 'volume.resize'
  | 'volume.attach'
  | 'volume.delete'
  | 'image.create'
  | 'image.delete'
  | 'droplet.create'
  | 'droplet.start'
  | 'droplet.set-up'
  | 'droplet.stop'
  | 'droplet.finish'
  | 'droplet.delete'
  | 'address.create'
  | 'address.assign'
  | 'address.delete'
  | 'record.create'
  | 'record.delete'
  | 'tag.delete'
  | 'escrow.write';

/** One step of a plan. */
export interface Step {
  operation: Operation;
  action: StepAction;
  kind: StepKind;
  /** What it is called in the cloud. */
  name: string;
  /** Why, or what becomes of it; empty when the action says it all. */
  reason: string;
  /** Of what is there already. */
  id?: string | number | undefined;
  /** US dollars a month before and after; both 0 for what costs nothing. */
  before: number;
  after: number;
}

/** What a run does to the account, in the order in which it does it, and all that it does. */
export type Plan = Contents &
  (
    | { purpose: 'apply'; wanted: Wanted }
    // What is removed need not be something that could be made.
    | { purpose: 'destroy' | 'destroy with data'; wanted: Identity }
  );

interface Contents {
  app: string;
  environment: string;
  steps: readonly Step[];
  /** What is worth knowing before it is applied. */
  warnings: readonly string[];
  /** Records for zones that are kept elsewhere. */
  advice: readonly RecordAdvice[];
  /** The droplet that stays or goes on; undefined when one is made. */
  droplet: number | undefined;
  /** The droplet that is replaced. */
  replaces: number | undefined;
  /** Droplets that served users, and are deleted with k3s' state and all volumes on their disks. */
  loses: readonly number[];
  /** The reserved address, where there is one. */
  address: string | undefined;
  /** US dollars a month. */
  monthly: { before: number; after: number };
}

/** What steps that make something make it from. */
export function wantedIn({ purpose, wanted }: Plan): Wanted {
  if (purpose !== 'apply') throw new Error(`a plan to ${purpose} makes nothing`);
  return wanted;
}

export type StepCounts = Record<StepAction, number>;

export function countSteps({ steps }: Plan): StepCounts {
  const counts: StepCounts = { create: 0, change: 0, replace: 0, keep: 0, delete: 0 };
  for (const { action } of steps) counts[action]++;
  return counts;
}

/** Whether applying it would write anything. */
export function changesCloud({ steps }: Plan): boolean {
  return steps.some(({ operation }) => operation !== 'keep');
}

/** Tells a plan from any other: what was reviewed is what is applied. */
export function planDigest({ purpose, wanted, steps }: Plan): string {
  return `sha256:${sha256(JSON.stringify({ purpose, wanted, steps }))}`;
}
