import { UserError } from '../../errors.ts';
import { dollars, dropletCost, IDLE_ADDRESS, IMAGE_GIB, imageCost } from '../costs.ts';
import { isDropletsOwnTag, isTagOf, keyBody, keyName } from '../naming.ts';
import type { Observed } from '../observed.ts';
import type { Droplet } from '../resources.ts';
import { ruleLines, type Wanted } from '../wanted.ts';
import { addressIn, type Sorted, type SortOptions, sortDroplets } from './droplets.ts';
import { limitProblems, placeProblems, regionProblems, takenNames } from './obstacles.ts';
import type { Plan, Step } from './plan.ts';
import { projectSteps } from './project.ts';
import { recordSteps } from './records.ts';
import { step } from './step.ts';
import { volumeProblems, volumeSteps } from './volume.ts';

export type PlanOptions = Partial<SortOptions>;

/**
 * From what there is to what an environment wants, in the order in which it is done: what guards the droplet before it,
 * what it takes over after its set-up, what it replaces at the end.
 * @throws UserError with everything that stands in its way
 */
export function makePlan(observed: Observed, wanted: Wanted, options: PlanOptions = {}): Plan {
  const sorted = sortDroplets(observed, wanted, { userDataChange: options.userDataChange ?? 'replace' });
  const found = addressIn(observed, wanted);
  const stays = sorted.current !== undefined && sorted.misfits.length === 0;
  const makes = { droplet: !stays && sorted.begun === undefined, address: found === undefined };
  const needsVolume = wanted.volume !== undefined && (makes.droplet || observed.volume === undefined);
  const strangers = [...takenNames(observed, wanted), ...regionProblems(observed, wanted, found?.address)];
  const problems = [
    ...strangers,
    ...volumeProblems(observed, wanted),
    ...addressProblems(observed, found),
    ...(makes.droplet ? placeProblems(observed, wanted, needsVolume) : []),
    ...limitProblems(observed, makes),
  ];
  if (problems.length > 0) throw new UserError(problems);

  const address = found?.address.ip;
  const target = stays ? sorted.current : sorted.begun;
  const old = stays ? undefined : sorted.current;
  const volume = volumeSteps(observed, wanted, target, old);
  const addressStep = stepForAddress(found, target);
  // An address that leads to nobody takes nothing from the droplet that is to be replaced.
  const addressFirst = found === undefined || (!old && !stays);
  const { steps: records, warnings, advice } = recordSteps(observed, wanted, address);
  const early = sorted.leftovers.filter(({ why }) => why !== 'replaced');
  const late = sorted.leftovers.filter(({ why }) => why === 'replaced');
  const steps: Step[] = [
    projectSteps.create(observed, wanted),
    vpcStep(observed, wanted),
    firewallStep(observed, wanted),
    ...keySteps(observed, wanted),
    ...volume.make,
    ...early.flatMap(({ droplet, why }) => removal(droplet, why, observed)),
    ...imageSteps(observed, wanted, makes.droplet),
    ...dropletSteps(observed, wanted, sorted, target, stays),
    // A first droplet has everything from the start; one that replaces another gets it when it is set up.
    ...(old || stays ? [] : volume.attach),
    ...(addressFirst ? [addressStep] : []),
    ...(stays ? [] : setUpSteps(target, wanted)),
    ...(old ? stopSteps(old, wanted) : []),
    ...late.flatMap(({ droplet }) => (holdsVolume(droplet, observed) ? stopSteps(droplet, wanted) : [])),
    ...(old || stays ? volume.attach : []),
    ...(addressFirst ? [] : [addressStep]),
    ...records,
    ...(stays ? [] : [finishStep(wanted)]),
    ...[...(old ? [old] : []), ...late.map(({ droplet }) => droplet)].map((droplet) =>
      deleteStep(droplet, `${target?.id ?? 'the new one'} has taken over`, observed),
    ),
    ...projectSteps.assign(observed, wanted, target, address),
    ...outdated(observed, wanted),
  ];
  return {
    app: wanted.app,
    environment: wanted.environment,
    purpose: 'apply',
    wanted,
    steps,
    warnings: [...accountWarnings(observed), ...volume.warnings, ...warnings],
    advice,
    droplet: target?.id,
    replaces: old?.id,
    address,
    monthly: monthlyOf(steps),
  };
}

export function monthlyOf(steps: readonly Step[]): Plan['monthly'] {
  const sum = (which: 'before' | 'after') =>
    Math.round(steps.reduce((total, step) => total + step[which], 0) * 100) / 100;
  return { before: sum('before'), after: sum('after') };
}

export function deleteStep(droplet: Droplet, why: string, { sizes }: Pick<Observed, 'sizes'>): Step {
  return step('droplet.delete', 'delete', 'droplet', droplet.name, {
    id: droplet.id,
    reason: why,
    before: dropletCost(droplet.size, sizes) ?? 0,
  });
}

export function stopSteps(droplet: Droplet, wanted: Pick<Wanted, 'volume'>): Step[] {
  if (droplet.status === 'off') return [];
  return [
    step('droplet.stop', 'change', 'droplet', droplet.name, {
      id: droplet.id,
      reason: wanted.volume
        ? 'shut down, so that nothing is being written when its volume leaves'
        : 'shut down',
    }),
  ];
}

export function removal(droplet: Droplet, why: string, observed: Observed): Step[] {
  return [
    ...(holdsVolume(droplet, observed) ? stopSteps(droplet, { volume: { name: '', gib: 0 } }) : []),
    deleteStep(droplet, why, observed),
  ];
}

function holdsVolume({ id }: Droplet, { volume }: Observed): boolean {
  return volume?.droplet === id;
}

function vpcStep({ vpc }: Observed, { name }: Wanted): Step {
  return vpc
    ? step('keep', 'keep', 'vpc', name, { id: vpc.id })
    : step('vpc.create', 'create', 'vpc', name, { reason: 'a private network of its own' });
}

function firewallStep({ firewall }: Observed, { name, tag, firewall: wanted }: Wanted): Step {
  const reason = `in: ${wanted.inbound.map(({ protocol, ports }) => (ports === '0' ? protocol : ports)).join(', ')}; for everything tagged ${tag}`;
  if (!firewall) return step('firewall.create', 'create', 'firewall', name, { reason });
  const same = (['inbound', 'outbound'] as const).every(
    (way) => ruleLines(firewall[way]).join('\n') === ruleLines(wanted[way]).join('\n'),
  );
  return same && !firewall.otherTargets
    ? step('keep', 'keep', 'firewall', name, { id: firewall.id })
    : step('firewall.update', 'change', 'firewall', name, { id: firewall.id, reason });
}

function keySteps({ keys }: Observed, { sshKeys }: Wanted): Step[] {
  return sshKeys.map(({ name, key }) => {
    const there = keys.find(({ publicKey }) => keyBody(publicKey) === key);
    return there
      ? step('keep', 'keep', 'ssh-key', there.name, { id: there.id })
      : step('key.create', 'create', 'ssh-key', name);
  });
}

function imageSteps({ ownImages }: Observed, { image }: Wanted, needed: boolean): Step[] {
  const wanted = 'slug' in image ? undefined : image;
  const there = wanted && ownImages.find(({ name }) => name === wanted.name);
  const makes = wanted && needed && there?.status !== 'available';
  // One that is not wanted by name stays until another takes its place: a droplet may have come from it.
  const kept = ownImages.filter((each) => (wanted ? each === there && !makes : true));
  return [
    ...kept.map((each) =>
      step('keep', 'keep', 'image', each.name, {
        id: each.id,
        before: imageCost(each),
        after: imageCost(each),
      }),
    ),
    ...(makes
      ? [
          step('image.create', 'create', 'image', wanted.name, {
            id: there?.id,
            reason: `${there ? 'is being fetched' : `fetched from ${wanted.url}`}; ${dollars(IMAGE_GIB)} a GiB, once its size is known`,
          }),
        ]
      : []),
  ];
}

function dropletSteps(
  observed: Observed,
  wanted: Wanted,
  { current, misfits, begun }: Sorted,
  target: Droplet | undefined,
  stays: boolean,
): Step[] {
  const { name, size, region, image } = wanted;
  const cost = dropletCost(size, observed.sizes) ?? 0;
  if (target) {
    const kept = step('keep', 'keep', 'droplet', name, {
      id: target.id,
      reason: stays ? '' : 'begun by a run that did not get to its end: this one goes on',
      before: cost,
      after: cost,
    });
    const off = target.status === 'off' && (stays || target === begun);
    return [
      // The one that serves users until then.
      ...(off
        ? [kept, step('droplet.start', 'change', 'droplet', name, { id: target.id, reason: 'is off' })]
        : [kept]),
    ];
  }
  const from = 'slug' in image ? image.slug : image.name;
  return [
    step('droplet.create', current ? 'replace' : 'create', 'droplet', name, {
      reason: current
        ? `replaces ${current.id}: ${misfits.join(', ')}`
        : `${size} in ${region}, from ${from}`,
      after: cost,
    }),
  ];
}

function setUpSteps(target: Droplet | undefined, { name }: Wanted): Step[] {
  if (target?.tags.some((tag) => tag.startsWith('lunchbox-prepared:'))) return [];
  return [step('droplet.set-up', 'change', 'droplet', name, { reason: 'becomes NixOS with k3s' })];
}

function finishStep({ name }: Wanted): Step {
  return step('droplet.finish', 'change', 'droplet', name, { reason: 'is proven, and takes over' });
}

function stepForAddress(found: ReturnType<typeof addressIn>, target: Droplet | undefined): Step {
  if (!found)
    return step('address.create', 'create', 'address', 'reserved IPv4', {
      reason: 'free as long as it leads to a droplet',
    });
  const { address, claimed } = found;
  const idle = address.droplet === undefined ? IDLE_ADDRESS : 0;
  if (claimed && target !== undefined && address.droplet === target.id)
    return step('keep', 'keep', 'address', address.ip, { id: address.ip });
  return step('address.assign', 'change', 'address', address.ip, {
    id: address.ip,
    reason: target !== undefined && address.droplet === target.id ? 'is remembered' : 'leads to the droplet',
    before: idle,
  });
}

function addressProblems(observed: Observed, found: ReturnType<typeof addressIn>) {
  const holder = found?.address.droplet;
  if (!found || holder === undefined || observed.droplets.some(({ id }) => id === holder)) return [];
  return [
    {
      message: `the address ${found.address.ip} leads to droplet ${holder}, which is not Lunchbox'`,
      remedy: `Take it away from there: \`doctl compute reserved-ip-action unassign ${found.address.ip}\`.`,
    },
  ];
}

/** What earlier versions of the spec left behind. */
function outdated({ keys, ownImages, tags, droplets }: Observed, wanted: Wanted): Step[] {
  const { app, environment, name, sshKeys, image } = wanted;
  const bodies = sshKeys.map(({ key }) => key);
  return [
    ...keys
      .filter((key) => isOwnKey(key, name) && !bodies.includes(keyBody(key.publicKey)))
      .map((key) =>
        step('key.delete', 'delete', 'ssh-key', key.name, {
          id: key.id,
          reason: 'no operator has it any more',
        }),
      ),
    ...ownImages
      .filter((each) => 'name' in image && each.name !== image.name)
      .map((each) =>
        step('image.delete', 'delete', 'image', each.name, {
          id: each.id,
          reason: 'there is a newer one',
          before: imageCost(each),
        }),
      ),
    ...tags
      .filter(
        (tag) =>
          tag.count === 0 &&
          isTagOf(tag.name, app, environment) &&
          isDropletsOwnTag(tag.name) &&
          !droplets.some((droplet) => droplet.tags.includes(tag.name)),
      )
      .map((tag) => step('tag.delete', 'delete', 'tag', tag.name, { reason: 'of a droplet that is gone' })),
  ];
}

/** Made by Lunchbox for this environment, and not by somebody who had the key there before. */
export function isOwnKey(key: { name: string; publicKey: string }, name: string): boolean {
  return key.name === keyName(name, key.publicKey);
}

function accountWarnings({ account }: Observed): string[] {
  return account.status === 'warning'
    ? [`DigitalOcean warns about the account: ${account.message.trim() || 'see the control panel'}`]
    : [];
}
