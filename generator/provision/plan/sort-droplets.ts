import { addressOf, type Mark, madeOf, markTag, sha256 } from '../naming.ts';
import type { Observed } from '../observed.ts';
import type { Droplet, ReservedIp } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import { hasStateElsewhere } from './state.ts';

/** The droplets of an environment, and what each is. */
export interface Sorted {
  /** The one that users are served by: ready. */
  current: Droplet | undefined;
  /** Why it cannot stay. */
  misfits: string[];
  /** It stays, although its user-data has changed since it was made. */
  outdated: boolean;
  /** The one that was begun, by a run that did not get to its end. */
  begun: Droplet | undefined;
  /** Whatever is left over: failed, made twice, replaced, or no longer wanted. */
  leftovers: { droplet: Droplet; why: string }[];
}

export interface SortOptions {
  /**
   * Whether a droplet that serves users is replaced for its user-data, or for where its data is. User-data counts at birth
   * alone: what can be brought to a machine later is brought by a switch, without a pause.
   */
  replace: boolean;
}

export function sortDroplets(observed: Observed, wanted: Wanted, options: SortOptions): Sorted {
  const has = (droplet: Droplet, mark: Mark) =>
    droplet.tags.includes(markTag(mark, wanted.app, wanted.environment));
  const droplets = [...observed.droplets].sort((one, other) => one.id - other.id);
  const misfit = new Map(droplets.map((droplet) => [droplet, misfitsOf(droplet, observed, wanted, options)]));
  const fits = (droplet: Droplet) => misfit.get(droplet)?.length === 0;
  const ready = droplets.filter((droplet) => has(droplet, 'ready'));
  // After a replacement that was cut short two are ready; what fits, and else the newer one, has taken over.
  const current = ready.findLast(fits) ?? ready.at(-1);
  const stays = current !== undefined && fits(current);
  const candidates = droplets.filter(
    (droplet) => !ready.includes(droplet) && !has(droplet, 'failed') && fits(droplet),
  );
  const begun = stays
    ? undefined
    : (candidates.find((droplet) => has(droplet, 'prepared')) ??
      candidates.find(({ id }) => observed.reservedIps.some((each) => each.droplet === id)) ??
      candidates[0]);
  const leftovers = droplets
    .filter((droplet) => droplet !== current && droplet !== begun)
    .map((droplet) => ({
      droplet,
      why: ready.includes(droplet)
        ? 'replaced'
        : has(droplet, 'failed')
          ? 'its set-up failed'
          : fits(droplet)
            ? stays
              ? 'no longer needed'
              : 'made twice'
            : 'left over from a run that did not get to its end',
    }));
  const misfits = current ? (misfit.get(current) ?? []) : [];
  return { current, misfits, outdated: stays && hasOtherUserData(current, wanted), begun, leftovers };
}

/** Whether it serves users, or did. */
export function isReady(
  { tags }: Droplet,
  { app, environment }: Pick<Wanted, 'app' | 'environment'>,
): boolean {
  return tags.includes(markTag('ready', app, environment));
}

/** How the made-tag writes an image: our own ones apart from the cloud's. */
export function imageMark(image: Wanted['image']): string {
  return 'slug' in image ? `s${sha256(image.slug).slice(0, 12)}` : `i${sha256(image.name).slice(0, 12)}`;
}

function misfitsOf(droplet: Droplet, observed: Observed, wanted: Wanted, { replace }: SortOptions): string[] {
  const misfits: string[] = [];
  const ready = isReady(droplet, wanted);
  if (droplet.size !== wanted.size) misfits.push(`size ${droplet.size} → ${wanted.size}`);
  // Data does not move by itself: of what serves users, the plan refuses it unless it is told to replace.
  if ((!ready || replace) && hasStateElsewhere(droplet, observed, wanted))
    misfits.push(`its data is on ${wanted.volume ? 'its disk' : 'a volume'}`);
  const made = madeOf(droplet.tags, wanted.app, wanted.environment);
  if (!made) {
    // Somebody took the tag away: no reason to replace what serves users, but none to go on with it either.
    if (!ready) misfits.push('what it was made from is not known');
    return misfits;
  }
  const image = imageMark(wanted.image);
  // One that boots from our own image is the same machine: the spec's Ubuntu is no reason to make it anew.
  const own = made.image.startsWith('i') && 'slug' in wanted.image;
  if (own) return misfits;
  if (made.image !== image)
    misfits.push(`image → ${'slug' in wanted.image ? wanted.image.slug : wanted.image.name}`);
  if ((!ready || replace) && hasOtherUserData(droplet, wanted)) misfits.push('user-data has changed');
  return misfits;
}

/** One that boots from our own image was never told what the committed user-data says. */
function hasOtherUserData({ tags }: Droplet, wanted: Wanted): boolean {
  const made = madeOf(tags, wanted.app, wanted.environment);
  if (!made || (made.image.startsWith('i') && 'slug' in wanted.image)) return false;
  return made.userData !== wanted.userData;
}

/** The environment's reserved address: the one that a tag claims, else the one that leads to one of its droplets. */
export function addressIn(
  observed: Pick<Observed, 'tags' | 'reservedIps' | 'droplets'>,
  { app, environment }: Pick<Wanted, 'app' | 'environment'>,
): { address: ReservedIp; claimed: boolean } | undefined {
  const claims = observed.tags.flatMap(({ name }) => addressOf(name, app, environment) ?? []);
  const claimed = observed.reservedIps.find(({ ip }) => claims.includes(ip));
  if (claimed) return { address: claimed, claimed: true };
  const ids = observed.droplets.map(({ id }) => id);
  const leading = observed.reservedIps.find(({ droplet }) => droplet !== undefined && ids.includes(droplet));
  return leading && { address: leading, claimed: false };
}
