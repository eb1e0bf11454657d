import { UserError } from '../generator/errors.ts';
import { parseRelease, releasePath } from '../generator/release/release.ts';
import { environmentFolder, manifestsFolder } from '../generator/tree/paths.ts';
import type { CommitFiles, Commits, Tip } from './ports/commits.ts';

export interface Overtaken {
  environments: readonly string[];
  branch: string;
  /** Path from git's root to the repository's folder; empty, or with a slash at its end. */
  prefix: string;
  /** Commit that this run began from. */
  start: string;
  /** The branch as it is now. */
  tip: Tip;
}

const ANEW = 'Start this workflow anew on';

/**
 * What of a run's files belongs on a branch that has moved since the run began. Where only releases were committed
 * meanwhile, the files of the newer release are the ones that stay, all of them.
 * @throws UserError when what was rendered here may not be what the branch renders, or is the older release
 */
export async function filesOnTop(
  overtaken: Overtaken,
  files: CommitFiles,
  commits: Commits,
): Promise<CommitFiles> {
  const { environments, prefix, start, tip } = overtaken;
  const chosen = new Map(files);
  for (const environment of environments)
    for (const path of await commits.list(tip.commit, `${prefix}${environmentFolder(environment)}`))
      if (isReleased(path, prefix, environment) && !files.has(path)) chosen.set(path, null);
  // An earlier try of this very run may have got as far as that.
  if ((await differences(chosen, tip.commit, commits)).size === 0) return chosen;
  refuseNewInputs(overtaken);
  for (const environment of environments) {
    const isOwn = (path: string) => isReleased(path, prefix, environment);
    if (!tip.changed.some(isOwn)) continue;
    const own = new Map([...files].filter(([path]) => isOwn(path)));
    if ((await differences(own, start, commits)).size > 0)
      await refuseNewerRelease(overtaken, environment, files, commits);
    // This run releases nothing: what others have released stays.
    else for (const path of [...chosen.keys()].filter(isOwn)) chosen.delete(path);
  }
  return chosen;
}

/** The files that a commit holds otherwise, or not. */
export async function differences(
  files: CommitFiles,
  commit: string,
  commits: Commits,
): Promise<CommitFiles> {
  const differing = new Map<string, string | null>();
  for (const [path, text] of files) {
    if (((await commits.textAt(commit, path)) ?? null) !== text) differing.set(path, text);
  }
  return differing;
}

/** What every release of an environment writes. */
function isReleased(path: string, prefix: string, environment: string): boolean {
  return (
    path === `${prefix}${releasePath(environment)}` ||
    path.startsWith(`${prefix}${manifestsFolder(environment)}/`)
  );
}

/** What was rendered from here may be otherwise by now. */
function refuseNewInputs({ environments, prefix, branch, tip }: Overtaken): void {
  const clusters = `${prefix}clusters/`;
  const first = tip.changed.find((path) => {
    if (!path.startsWith(clusters)) return /(?:^|\/)lunchbox\.yaml$|\.hbs$/.test(path);
    // Other environments have commits of their own.
    const environment = environments.find((name) => path.startsWith(`${prefix}${environmentFolder(name)}/`));
    return environment !== undefined && !isReleased(path, prefix, environment);
  });
  if (first !== undefined) throw outOfDate(branch, tip, first);
}

/** Of two releases the newer one stays: which one that is, the revisions of their sources say. */
async function refuseNewerRelease(
  { branch, prefix, start, tip }: Overtaken,
  environment: string,
  files: CommitFiles,
  commits: Commits,
): Promise<void> {
  const path = `${prefix}${releasePath(environment)}`;
  const [before, theirs] = [await commits.textAt(start, path), await commits.textAt(tip.commit, path)];
  const [old, other, own] = [before, theirs, files.get(path) ?? undefined].map((text) =>
    parseRelease(path, text),
  ) as [Release, Release, Release];
  const moved = `${branch} moved to ${short(tip.commit)}, which releases`;
  // Another pipeline may release here too, an image of its own.
  const lost = [...other.images.keys()].find((repository) => {
    const [was, is] = [old.images.get(repository), own.images.get(repository)];
    return is === was && other.images.get(repository) !== was;
  });
  if (lost !== undefined && own.images.size > 1)
    throw new UserError({
      message: `${moved} another ${lost} to ${environment}: what was rendered here would take it back`,
      remedy: `Nothing was committed. ${ANEW} ${branch}.`,
    });
  if (theirs === before || other.revision === own.revision) {
    // The same source: as long as nobody has pushed anything, what this run began from is the newest there is.
    if (tip.changed.every((changed) => isAnyReleased(changed, prefix))) return;
    const first = tip.changed.find((changed) => isReleased(changed, prefix, environment)) ?? path;
    throw outOfDate(branch, tip, first);
  }
  const newer = await commits.contains(own.revision, other.revision);
  if (newer === true) return;
  const what = `${moved} ${short(other.revision) || 'an unknown source'} to ${environment}`;
  throw new UserError(
    newer === false
      ? {
          message: `${what}: ${short(own.revision)} does not come after it`,
          remedy: `Nothing was committed. ${ANEW} ${branch}: a run for an older commit, run again, knows nothing newer.`,
        }
      : {
          message: `${what}: whether what was rendered here comes after it cannot be told`,
          remedy: `Nothing was committed. ${ANEW} ${branch}. With the whole history (\`fetch-depth: 0\`), and the full commit of the source as \`revision\`, it can be told.`,
        },
  );
}

type Release = ReturnType<typeof parseRelease>;

function isAnyReleased(path: string, prefix: string): boolean {
  const environment = /^clusters\/([^/]+)\//.exec(path.slice(prefix.length))?.[1];
  return path.startsWith(prefix) && environment !== undefined && isReleased(path, prefix, environment);
}

/** A run for that commit does better; but what a workflow has pushed starts none. */
function outOfDate(branch: string, tip: Tip, path: string): UserError {
  return new UserError({
    message: `${branch} moved to ${short(tip.commit)}, which changes ${path}: what was rendered here is out of date`,
    remedy: `Nothing was committed. The run for the newer commit renders both; if there is none, because a workflow has pushed it: ${ANEW.toLowerCase()} ${branch}.`,
  });
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
