import { removalProblems } from '../../generator/deploy/guards.ts';
import type { Owned } from '../../generator/deploy/inventory.ts';
import { type Problem, UserError } from '../../generator/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster, ServerInfo } from '../ports/cluster.ts';
import type { Git } from '../ports/git.ts';

/** Minors of Kubernetes 1 that this version is made for: from when pods can sleep before they stop, to those that its schemas can speak of. */
const MINORS = { oldest: 30, newest: 38 };
/** Milliseconds by which two clocks may differ: the lock, and certificates, are judged by time. */
const SKEW = 30_000;

/** @throws UserError when this server is not one to deliver to */
export async function checkServer(cluster: Cluster, clock: Clock): Promise<ServerInfo> {
  const info = await cluster.server();
  const minor = Number(/^v1\.(\d+)\./.exec(info.version)?.[1] ?? Number.NaN);
  const problems: Problem[] = [];
  if (!(minor >= MINORS.oldest && minor <= MINORS.newest))
    problems.push({
      message: `the cluster runs Kubernetes ${info.version}; this version of Lunchbox delivers to 1.${MINORS.oldest} to 1.${MINORS.newest}`,
      remedy:
        minor > MINORS.newest
          ? 'Update Lunchbox: its schemas and defaults are for older versions.'
          : 'Update the cluster, one minor version at a time.',
    });
  const skew = info.time ? info.time.getTime() - clock.now().getTime() : 0;
  // The header has whole seconds.
  if (Math.abs(skew) > SKEW)
    problems.push({
      message: `the clocks of this machine and of the cluster differ by ${Math.round(Math.abs(skew) / 1000)} s`,
      remedy: 'Set them right: `timedatectl` says whether a machine follows a time server.',
    });
  if (problems.length > 0) throw new UserError(problems);
  return info;
}

/** @throws UserError when too much, or something that takes more with it, would be removed without being allowed */
export function checkRemovals(
  inventory: readonly Owned[],
  wanted: readonly Owned[],
  removals: readonly string[],
): void {
  const problems = removalProblems(inventory, wanted, { removals });
  if (problems.length > 0) throw new UserError(problems);
}

/**
 * An older commit must not overwrite a newer one: what is delivered has to descend from what was.
 * @param newest The newest commit that was ever delivered; undefined before the first one.
 * @throws UserError when it does not, or when that cannot be told
 */
export async function checkAncestry(
  revision: string,
  newest: string | undefined,
  git: Git | undefined,
  environment: string,
): Promise<void> {
  if (!newest || revision === newest) return;
  const short = (commit: string) => commit.slice(0, 12);
  const unknown = (why: string, remedy: string) =>
    new UserError({
      message: `whether ${short(revision) || 'this tree'} is newer than ${short(newest)}, which was delivered last, cannot be told: ${why}`,
      remedy,
    });
  if (revision === '' || !git)
    throw unknown('it is of no commit', 'Deliver from a clone of the repository, or say --allow-older.');
  if ((await git.commit(newest)) === undefined) await git.fetch([newest, revision], 'all');
  if ((await git.commit(newest)) === undefined)
    throw unknown(
      'this clone does not know that commit',
      'Fetch the whole history (`fetch-depth: 0` in a workflow). If history was rewritten, say --allow-older once.',
    );
  const base = await git.mergeBase(newest, revision);
  if (base === newest) return;
  if (base === undefined && (await git.isShallow())) {
    await git.fetch([newest, revision], 'all');
    if ((await git.mergeBase(newest, revision)) === newest) return;
  }
  throw new UserError({
    message:
      base === revision
        ? `${short(revision)} is older than ${short(newest)}, which was delivered before: it would overwrite what is newer`
        : `${short(revision)} does not contain ${short(newest)}, which was delivered before: its changes would be lost`,
    remedy: `Deliver the newest commit of the branch. To go back on purpose: \`lunchbox rollback ${environment}\`, or --allow-older.`,
  });
}
