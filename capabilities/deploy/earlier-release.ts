import {
  type DeliveredRelease,
  type DeploymentState,
  keptNumbers,
  releaseNumbered,
} from '../../generator/deploy/state/state.ts';
import { UserError } from '../../generator/errors.ts';
import type { StateStore } from './state/store.ts';
import { type DesiredTree, readArchive } from './tree.ts';

/**
 * The tree of a release to go back to.
 * @param number Undefined for the good release before the one that runs.
 * @throws UserError when there is none, or when it is not kept any more
 */
export async function earlierRelease(
  number: number | undefined,
  like: Pick<DesiredTree, 'app' | 'environment' | 'certificate'>,
  store: StateStore,
): Promise<{ release: DeliveredRelease; tree: DesiredTree }> {
  const { state } = await store.read();
  const release = number === undefined ? before(state) : releaseNumbered(state, number);
  const kept = new Set(keptNumbers(state));
  const choices = state.releases.filter((each) => each.result === 'delivered' && kept.has(each.number));
  const remedy =
    choices.length === 0
      ? 'Nothing was delivered there yet: lunchbox deploy.'
      : `Kept are: ${choices.map((each) => each.number).join(', ')}. See \`lunchbox history ${like.environment}\`.`;
  if (!release)
    throw new UserError({
      message:
        number === undefined
          ? `${like.environment} has no earlier release to go back to`
          : `${like.environment} has no release ${number}`,
      remedy,
    });
  if (release.result !== 'delivered')
    throw new UserError({
      message: `release ${release.number} of ${like.environment} failed: it was never proven`,
      remedy,
    });
  const tree = readArchive(await store.filesOf(release.number), { ...like, revision: release.revision });
  return { release, tree };
}

/** The newest good release that is not what runs now. */
function before(state: DeploymentState): DeliveredRelease | undefined {
  const current = releaseNumbered(state, state.current);
  return state.releases.findLast(
    ({ number, result, digest }) =>
      result === 'delivered' && current !== undefined && number < current.number && digest !== current.digest,
  );
}
