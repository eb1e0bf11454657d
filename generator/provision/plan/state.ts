import { type Problem, UserError } from '../../errors.ts';
import { madeOf } from '../naming.ts';
import type { Observed } from '../observed.ts';
import type { Droplet } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import type { Plan } from './plan.ts';

/** Why a step that deletes a droplet is no small thing. */
export const LOST = "k3s' state and all volumes are on its disk, and are lost with it";

/**
 * Where a droplet keeps k3s' state and the volumes of pods: where it was made to. Of one that somebody made by hand nobody
 * knows more than whether there is a block volume for it.
 */
export function stateOf(
  { tags }: Droplet,
  { volume }: Pick<Observed, 'volume'>,
  { app, environment, tag }: Pick<Wanted, 'app' | 'environment' | 'tag'>,
): 'disk' | 'volume' {
  return madeOf(tags, app, environment)?.state ?? (volume?.tags.includes(tag) ? 'volume' : 'disk');
}

/** Whether the spec wants the data of a droplet somewhere else than where it is. */
export function hasStateElsewhere(
  droplet: Droplet,
  observed: Pick<Observed, 'volume'>,
  wanted: Pick<Wanted, 'app' | 'environment' | 'tag' | 'volume'>,
): boolean {
  return stateOf(droplet, observed, wanted) !== (wanted.volume ? 'volume' : 'disk');
}

/**
 * Data does not move when `droplet.volume` changes: a switch would hide what is there, and k3s begin an empty cluster.
 * @param current The droplet that serves users.
 */
export function moveProblems(
  current: Droplet | undefined,
  observed: Pick<Observed, 'volume'>,
  wanted: Wanted,
  replace: boolean,
): Problem[] {
  if (!current || replace || !hasStateElsewhere(current, observed, wanted)) return [];
  const { environment, volume, name } = wanted;
  const [there, now, before, flags, rest] = volume
    ? ['its disk', `${volume.gib}Gi`, 'none', '--replace --lose-data', '']
    : [
        `the volume ${name}`,
        'none',
        `${observed.volume?.gib ?? 10}Gi`,
        '--replace',
        ' The volume stays until `destroy --with-data`.',
      ];
  return [
    {
      message: `droplet ${current.id} has k3s' state and all volumes on ${there}, and \`volume: ${now}\` would not bring them along: k3s would begin an empty cluster`,
      remedy: `Write \`volume: ${before}\` again. To move: \`lunchbox host ${environment} backup now\`; \`lunchbox provision ${environment} apply ${flags}\`, which makes a new droplet with an empty cluster; \`lunchbox host ${environment} backup restore\`.${rest}`,
    },
  ];
}

/** A volume that an earlier droplet has left is no empty one. @param losing Droplets whose data is lost */
export function foundWarnings(
  losing: readonly Droplet[],
  { volume }: Pick<Observed, 'volume'>,
  wanted: Pick<Wanted, 'volume'>,
): string[] {
  if (!wanted.volume || !volume) return [];
  return losing.map(
    ({ id }) =>
      `the volume ${volume.name} is there from before: the new droplet goes on with whatever is on it, and not with what ${id} has`,
  );
}

/** What is said about those of a plan, before anything is done. */
export function lossWarnings({ loses }: Pick<Plan, 'loses'>): string[] {
  return loses.map(
    (id) =>
      `droplet ${id} is replaced, and k3s' state and all volumes are on its disk: they are lost, and \`apply\` does it only with \`--lose-data\``,
  );
}

/** Nobody loses a cluster by changing a size. @throws UserError when a plan deletes one, and it was not said that it may */
export function refuseLoss({ loses, environment }: Plan, loseData: boolean): void {
  if (loseData || loses.length === 0) return;
  throw new UserError(
    loses.map((id) => ({
      message: `droplet ${id} would be replaced, and k3s' state and all volumes are on its disk (\`volume: none\`): the new one begins with an empty cluster`,
      remedy:
        `Take back what changes the droplet. Or back up (\`lunchbox host ${environment} backup now\`), say \`--lose-data\`, and restore ` +
        `(\`lunchbox host ${environment} backup restore\`); with \`volume: 10Gi\`, say, and \`--replace\`, the droplet after this one keeps everything.`,
    })),
  );
}
