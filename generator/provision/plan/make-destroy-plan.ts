import { UserError } from '../../errors.ts';
import { IDLE_ADDRESS, imageCost, volumeCost } from '../costs.ts';
import type { Identity } from '../identity.ts';
import {
  addressOf,
  addressUrn,
  dropletUrn,
  environmentTag,
  isTagOf,
  projectMark,
  sameUrn,
  volumeUrn,
} from '../naming.ts';
import type { Observed } from '../observed.ts';
import { removal } from './droplet.ts';
import { isOwnKey } from './keys.ts';
import { monthlyOf } from './monthly.ts';
import { vpcRemoval } from './network.ts';
import { isMarked, takenNames } from './obstacles.ts';
import type { Plan, Step } from './plan.ts';
import { addressIn, isReady } from './sort-droplets.ts';
import { LOST, stateOf } from './state.ts';
import { step } from './step.ts';

export interface DestroyOptions {
  /** Also the volume, the address and the records that lead to it. */
  withData: boolean;
}

/** Everything of an environment that there is, and nothing else. */
export function makeDestroyPlan(observed: Observed, wanted: Identity, { withData }: DestroyOptions): Plan {
  const { app, environment, name } = wanted;
  const mark = environmentTag(app, environment);
  const address = addressIn(observed, wanted)?.address;
  const volume = observed.volume?.tags.includes(wanted.tag) ? observed.volume : undefined;
  const loses = observed.droplets
    .filter((droplet) => isReady(droplet, wanted) && stateOf(droplet, observed, wanted) === 'disk')
    .map(({ id }) => id);
  const steps: Step[] = [
    ...observed.droplets.flatMap((droplet) =>
      removal(droplet, loses.includes(droplet.id) ? LOST : '', observed),
    ),
    ...(withData ? recordDeletions(observed, address?.ip) : []),
    ...(address ? [addressStep(address.ip, address.droplet !== undefined, withData)] : []),
    ...(volume ? [volumeStep(volume, withData)] : []),
    ...observed.ownImages.map((image) =>
      step('image.delete', 'delete', 'image', image.name, { id: image.id, before: imageCost(image) }),
    ),
    ...(observed.firewall?.tags.includes(wanted.tag)
      ? [step('firewall.delete', 'delete', 'firewall', name, { id: observed.firewall.id })]
      : []),
    ...(observed.vpc && isMarked(observed.vpc.description, mark) ? [vpcRemoval(observed.vpc)] : []),
    ...observed.keys
      .filter((key) => isOwnKey(key, name))
      .map((key) => step('key.delete', 'delete', 'ssh-key', key.name, { id: key.id })),
    ...tagDeletions(observed, wanted, withData),
    ...projectStep(observed, wanted, { withData, address: address?.ip, volume: volume?.id }),
  ];
  return {
    app,
    environment,
    purpose: withData ? 'destroy with data' : 'destroy',
    wanted,
    steps,
    warnings: takenNames(observed, wanted).map(({ message }) => message),
    advice: [],
    droplet: undefined,
    replaces: undefined,
    loses,
    address: address?.ip,
    monthly: monthlyOf(steps),
  };
}

/**
 * Whoever destroys types the environment's name.
 * @throws UserError when it is another word
 */
export function confirmDestroy({ environment }: Plan, typed: string): void {
  if (typed.trim() === environment) return;
  throw new UserError({
    message: `\`${typed.trim()}\` is not the name of the environment: nothing was destroyed`,
    remedy: `Type ${environment} to destroy it.`,
  });
}

function recordDeletions({ records }: Observed, address: string | undefined): Step[] {
  return [...records].flatMap(([host, there]) =>
    there
      .filter(({ type, data }) => type === 'A' && data === address)
      .map(({ id, data }) => step('record.delete', 'delete', 'record', host, { id, reason: `A ${data}` })),
  );
}

function addressStep(ip: string, leads: boolean, withData: boolean): Step {
  const before = leads ? 0 : IDLE_ADDRESS;
  return withData
    ? step('address.delete', 'delete', 'address', ip, { id: ip, before })
    : step('keep', 'keep', 'address', ip, {
        id: ip,
        reason: 'kept for the next droplet: only `destroy --with-data` gives it back',
        before,
        after: IDLE_ADDRESS,
      });
}

function volumeStep({ id, name, gib }: { id: string; name: string; gib: number }, withData: boolean): Step {
  const before = volumeCost(gib);
  return withData
    ? step('volume.delete', 'delete', 'volume', name, { id, before, reason: `${gib}Gi of data are lost` })
    : step('keep', 'keep', 'volume', name, {
        id,
        reason: 'holds the data: only `destroy --with-data` deletes it',
        before,
        after: before,
      });
}

/** Without them nobody would know any more whose volume and address those are. */
function tagDeletions({ tags }: Observed, { app, environment, tag }: Identity, withData: boolean): Step[] {
  return tags
    .filter(({ name }) => isTagOf(name, app, environment))
    .filter(({ name }) => withData || (name !== tag && addressOf(name, app, environment) === undefined))
    .map(({ name }) => step('tag.delete', 'delete', 'tag', name));
}

function projectStep(
  { project, inProject, droplets }: Observed,
  { app }: Identity,
  gone: { withData: boolean; address: string | undefined; volume: string | undefined },
): Step[] {
  if (!project || !isMarked(project.description, projectMark(app))) return [];
  const urns = [
    ...droplets.map(({ id }) => dropletUrn(id)),
    ...(gone.withData && gone.address ? [addressUrn(gone.address)] : []),
    ...(gone.withData && gone.volume ? [volumeUrn(gone.volume)] : []),
  ];
  const others = inProject.filter((urn) => !urns.some((each) => sameUrn(each, urn)));
  return others.length === 0
    ? [step('project.delete', 'delete', 'project', app, { id: project.id })]
    : [step('keep', 'keep', 'project', app, { id: project.id, reason: `${others.length} more in it` })];
}
