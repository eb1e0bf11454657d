import { UserError } from '../../../../generator/errors.ts';
import type { Step } from '../../../../generator/provision/plan/plan.ts';
import { wantedIn } from '../../../../generator/provision/plan/plan.ts';
import type { Action, Volume } from '../../../../generator/provision/resources.ts';
import { CloudError } from '../../../ports/cloud-error.ts';
import { type Run, until } from '../run.ts';
import { madeOrFound, needed } from './made-or-found.ts';

const MINUTE = 60_000;

/** @returns the id of the volume */
export async function createVolume(run: Run): Promise<string> {
  const { cloud, plan, state } = run;
  const { region, tag } = wantedIn(plan);
  const { name, gib } = needed(wantedIn(plan).volume, 'volume');
  const volume = await madeOrFound(
    run,
    () => cloud.createVolume({ name, region, gib, tag }),
    async () =>
      (await cloud.volumesNamed(name)).find((each) => each.region === region && each.tags.includes(tag)),
  );
  state.volume = volume.id;
  return volume.id;
}

/** A volume only grows. @returns its new size: `20Gi` */
export async function resizeVolume(run: Run): Promise<string> {
  const { gib } = needed(wantedIn(run.plan).volume, 'volume');
  await until(run, {
    what: `the volume to have ${gib}Gi`,
    limit: 10 * MINUTE,
    look: async () => ((await theVolume(run)).gib >= gib ? 'done' : 'act'),
    act: async () => run.cloud.resizeVolume(await theVolume(run), gib),
  });
  return `${gib}Gi`;
}

/** From wherever it is to the droplet of this run. Only droplets of the environment are asked to give it up. @returns `attached to 17` */
export async function attachVolume(run: Run): Promise<string> {
  const { cloud, observed, state } = run;
  const { id } = needed(state.droplet, 'droplet');
  const ours = observed.droplets.map((droplet) => droplet.id);
  await until(run, {
    what: `the volume to be attached to droplet ${id}`,
    limit: 10 * MINUTE,
    async look() {
      const { droplet, name } = await theVolume(run);
      if (droplet === id) return 'done';
      if (droplet !== undefined && !ours.includes(droplet))
        throw new UserError({
          message: `the volume ${name} was attached to droplet ${droplet} meanwhile, which is not Lunchbox'`,
          remedy: 'Take it away from there, and run it again.',
        });
      return 'act';
    },
    async act() {
      const volume = await theVolume(run);
      return volume.droplet === undefined
        ? cloud.attachVolume(volume, id)
        : detach(run, volume, volume.droplet);
    },
  });
  return `attached to ${id}`;
}

async function detach({ cloud }: Run, volume: Volume, droplet: number): Promise<Action | undefined> {
  try {
    return await cloud.detachVolume(volume, droplet);
  } catch (error) {
    // A droplet that is being removed lets go of it by itself.
    if (error instanceof CloudError && error.status === 404) return undefined;
    throw error;
  }
}

/** Waits until nothing holds it any more. @returns empty */
export async function deleteVolume(run: Run, { id, name }: Step): Promise<string> {
  let gone = false;
  await until(run, {
    what: `the volume ${name} to be free`,
    limit: 5 * MINUTE,
    look: async () => (gone ? 'done' : 'act'),
    async act() {
      await run.cloud.deleteVolume(String(id));
      gone = true;
      return undefined;
    },
  });
  return '';
}

/** The cloud fetches it from its URL, which takes minutes. @returns the image's id; empty for one of the cloud's own */
export async function createImage(run: Run): Promise<string> {
  const { cloud, plan, state } = run;
  const { image, region, tag } = wantedIn(plan);
  if ('slug' in image) return '';
  const { name, url } = image;
  const find = async () => (await cloud.imagesTagged(tag)).find((each) => each.name === name);
  const made = (await find()) ?? (await cloud.createImage({ name, url, region, tag }));
  await until(run, {
    what: `the image ${name} to be fetched from ${url}`,
    limit: 45 * MINUTE,
    async look() {
      const now = await cloud.image(made.id);
      if (now?.status === 'available') return 'done';
      const fetching = now?.error === '' && now.status !== 'deleted' && now.status !== 'retired';
      if (!fetching)
        throw new UserError({
          message: `DigitalOcean could not fetch the image from ${url}${now?.error ? `: ${now.error}` : ''}`,
          remedy:
            'See that everybody can get it there, as qcow2 or raw, alone or by gzip or bzip2; remove it in the control panel, and run it again.',
        });
      return 'wait';
    },
  });
  state.image = made.id;
  return String(made.id);
}

async function theVolume({ cloud, state }: Run): Promise<Volume> {
  const volume = await cloud.volume(needed(state.volume, 'volume'));
  if (volume) return volume;
  throw new UserError({
    message: 'the volume is gone from the account: somebody deleted it while this ran',
    remedy: 'Run it again: an empty one is made then. Data come back from a backup.',
  });
}
