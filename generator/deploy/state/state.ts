import { UserError } from '../../errors.ts';
import { isMapping } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { stateProblem } from './state-problem.ts';

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

/** A delivery that began. */
export interface PendingRelease {
  revision: string;
  digest: string;
  /** ISO 8601, UTC. */
  since: string;
  /** That it is going to have: what is kept under it was never recorded. Earlier versions did not write it. */
  number?: number;
}

/** What the cluster remembers of an environment's deliveries. */
export interface DeploymentState {
  /** The release that runs; undefined before the first one. */
  current: number | undefined;
  /** A delivery that began and was not heard of again: its tree is half applied. */
  pending: PendingRelease | undefined;
  /** Newest last, numbers ascending; at most `REMEMBERED`, among them all whose trees are kept. */
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

/** What to do about a record that cannot be read. */
export const RECORD_REMEDY =
  'Correct it with `kubectl edit`, or restore it from a backup of the cluster. Do not delete it: nothing that is removed from the tree would be pruned any more.';
const STATE_REMEDY = `${RECORD_REMEDY} As a last resort write \`${formatState(EMPTY_STATE)}\` as its \`state\`: history begins anew, the inventory and the files of earlier releases stay.`;

/** @throws UserError when it was written by a newer Lunchbox, or by hand: it is not to be written over. */
export function parseState(name: string, text: string | undefined): DeploymentState {
  if (text === undefined)
    throw new UserError({ message: `${name} is damaged: \`state\` is missing`, remedy: STATE_REMEDY });
  const parsed = parseObject(text);
  const format = parsed?.format;
  if (typeof format === 'number' && format !== FORMAT)
    throw new UserError({
      message: `${name} is of format ${format}, which this version does not know`,
      remedy: 'Use the version of Lunchbox that wrote it, or a newer one.',
    });
  const problem = !parsed
    ? '`state` is no mapping in JSON'
    : format !== FORMAT
      ? '`format` is no number'
      : stateProblem(parsed);
  if (problem !== undefined)
    throw new UserError({ message: `${name} is damaged: ${problem}`, remedy: STATE_REMEDY });
  const { current, pending, releases } = parsed as unknown as DeploymentState;
  return { current, pending, releases };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isMapping(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** What is remembered of a release while it is delivered. */
export function pendingOf({ revision, digest, at, number }: DeliveredRelease): PendingRelease {
  return { revision, digest, since: at, number };
}

/** The release of that number; undefined when it is not remembered. */
export function releaseNumbered(
  { releases }: DeploymentState,
  number: number | undefined,
): DeliveredRelease | undefined {
  return releases.find((release) => release.number === number);
}

/**
 * The number of the next release: above every one that is remembered, and every one whose files are kept, so that
 * nothing is written over. What a delivery kept that did not come to recording it is not counted.
 * @param archived Numbers of the releases whose files are kept.
 */
export function nextNumber({ releases, pending }: DeploymentState, archived: readonly number[]): number {
  const kept = archived.filter((number) => number !== pending?.number);
  return 1 + Math.max(0, ...releases.map(({ number }) => number), ...kept);
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
  const next = {
    current: release.result === 'delivered' ? release.number : state.current,
    pending: undefined,
    releases: [...state.releases, release],
  };
  // However many deliveries fail: what can be gone back to is not forgotten.
  const kept = new Set(keptNumbers(next));
  const others = next.releases.filter(({ number }) => !kept.has(number)).slice(kept.size - REMEMBERED);
  return {
    ...next,
    releases: next.releases.filter((each) => kept.has(each.number) || others.includes(each)),
  };
}
