import { UserError } from '../../errors.ts';

/** A release as the cluster remembers it. */
export interface DeliveredRelease {
  /** Counts up from 1. */
  number: number;
  /** Full commit; empty when it came from none. */
  revision: string;
  digest: string;
  /** ISO 8601, UTC. */
  at: string;
  /** Who or what delivered it, for people. */
  by: string;
  /** `failed` releases were never proven, and are never gone back to. */
  result: 'delivered' | 'failed';
  /** In one line; empty when all went well. */
  message: string;
  /** The release that this one brought back. */
  restores?: number;
  /** Images that it runs: repository with digest or tag. */
  images: string[];
}

/** What the cluster remembers of an environment's deliveries. */
export interface DeploymentState {
  /** The release that runs; undefined before the first one. */
  current: number | undefined;
  /** A delivery that began and was not heard of again: its tree is half applied. */
  pending: { revision: string; digest: string; since: string } | undefined;
  /** Newest last; at most `REMEMBERED`. */
  releases: DeliveredRelease[];
}

/** Good releases whose trees are kept, to go back to. */
const KEPT = 5;
/** Releases that history tells of. */
export const REMEMBERED = 50;

export const EMPTY_STATE: DeploymentState = { current: undefined, pending: undefined, releases: [] };

const FORMAT = 1;

export function formatState(state: DeploymentState): string {
  return JSON.stringify({ format: FORMAT, ...state });
}

/** @throws UserError when it was written by a newer Lunchbox, or by hand. */
export function parseState(name: string, text: string | undefined): DeploymentState {
  if (text === undefined) return EMPTY_STATE;
  const bad = (message: string, remedy: string) => new UserError({ message: `${name} ${message}`, remedy });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('releases' in parsed))
    throw bad(
      'is damaged',
      'Restore it from a backup of the cluster, or delete it: the next delivery begins anew.',
    );
  const { format, current, pending, releases } = parsed as DeploymentState & { format: number };
  if (format !== FORMAT)
    throw bad(
      `is of format ${String(format)}, which this version does not know`,
      'Use the version of Lunchbox that wrote it, or a newer one.',
    );
  return { current, pending, releases };
}

/** The release of that number; undefined when it is not remembered. */
export function releaseNumbered(
  { releases }: DeploymentState,
  number: number | undefined,
): DeliveredRelease | undefined {
  return releases.find((release) => release.number === number);
}

/** The number of the next release. */
export function nextNumber({ releases }: DeploymentState): number {
  return 1 + Math.max(0, ...releases.map(({ number }) => number));
}

/** Numbers of the releases whose trees are kept: the last good ones, and the one that runs. */
export function keptNumbers({ releases, current }: DeploymentState): number[] {
  const good = releases.filter(({ result }) => result === 'delivered').map(({ number }) => number);
  const kept = new Set(good.sort((a, b) => a - b).slice(-KEPT));
  if (current !== undefined) kept.add(current);
  return [...kept];
}

/** The state after a release was recorded. */
export function recorded(state: DeploymentState, release: DeliveredRelease): DeploymentState {
  return {
    current: release.result === 'delivered' ? release.number : state.current,
    pending: undefined,
    releases: [...state.releases, release].slice(-REMEMBERED),
  };
}
