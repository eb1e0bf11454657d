import { UserError } from '../../errors.ts';
import type { Observed } from '../observed.ts';
import type { Droplet } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import { addressProblems, stepForAddress } from './address.ts';
import {
  deleteStep,
  dropletSteps,
  finishStep,
  holdsVolume,
  outdatedTags,
  removal,
  setUpSteps,
  stopSteps,
} from './droplet.ts';
import { escrowSteps } from './escrow.ts';
import { imageSteps, outdatedImages } from './image.ts';
import { keySteps, outdatedKeys } from './keys.ts';
import { monthlyOf } from './monthly.ts';
import { firewallStep, vpcStep } from './network.ts';
import { handMade, limitProblems, placeProblems, regionProblems, takenNames } from './obstacles.ts';
import type { Plan, Step } from './plan.ts';
import { projectSteps } from './project.ts';
import { recordSteps } from './records.ts';
import { addressIn, type SortOptions, sortDroplets } from './sort-droplets.ts';
import { foundWarnings, LOST, lossWarnings, moveProblems, stateOf } from './state.ts';
import { volumeProblems, volumeSteps } from './volume.ts';

export type PlanOptions = Partial<SortOptions>;

/**
 * From what there is to what an environment wants, in the order in which it is done: what guards the droplet before it,
 * what it takes over after its set-up, what it replaces at the end.
 * @throws UserError with everything that stands in its way
 */
export function makePlan(observed: Observed, wanted: Wanted, options: PlanOptions = {}): Plan {
  const { replace = false } = options;
  const sorted = sortDroplets(observed, wanted, { replace });
  const found = addressIn(observed, wanted);
  const stays = sorted.current !== undefined && sorted.misfits.length === 0;
  const makes = { droplet: !stays && sorted.begun === undefined, address: found === undefined };
  const needsVolume = wanted.volume !== undefined && (makes.droplet || observed.volume === undefined);
  const strangers = [
    ...takenNames(observed, wanted),
    ...handMade(observed, wanted),
    ...regionProblems(observed, wanted, found?.address),
  ];
  const problems = [
    ...strangers,
    ...volumeProblems(observed, wanted),
    ...moveProblems(sorted.current, observed, wanted, replace),
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
  const replaced = [...(old ? [old] : []), ...late.map(({ droplet }) => droplet)];
  const losing = replaced.filter((droplet) => stateOf(droplet, observed, wanted) === 'disk');
  const loses = losing.map(({ id }) => id);
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
    ...replaced.map((droplet) => {
      const why = `${target?.id ?? 'the new one'} has taken over`;
      return deleteStep(droplet, losing.includes(droplet) ? `${why}; ${LOST}` : why, observed);
    }),
    ...projectSteps.assign(observed, wanted, target, address),
    ...outdatedKeys(observed, wanted),
    ...outdatedImages(observed, wanted),
    ...outdatedTags(observed, wanted),
    // Whoever is set up writes its own.
    ...(stays ? escrowSteps(wanted, target) : []),
  ];
  return {
    app: wanted.app,
    environment: wanted.environment,
    purpose: 'apply',
    wanted,
    steps,
    warnings: [
      ...accountWarnings(observed),
      ...volume.warnings,
      ...lossWarnings({ loses }),
      ...foundWarnings(losing, observed, wanted),
      ...(sorted.outdated ? [outdatedWarning(target, wanted)] : []),
      ...warnings,
    ],
    advice,
    droplet: target?.id,
    replaces: old?.id,
    loses,
    address,
    monthly: monthlyOf(steps),
  };
}

function outdatedWarning(droplet: Droplet | undefined, { environment }: Wanted): string {
  return `the user-data has changed since droplet ${droplet?.id} was made, which stays: \`lunchbox host ${environment} switch\` brings operators' keys and all else that NixOS says; \`--replace\` makes it anew`;
}

function accountWarnings({ account }: Observed): string[] {
  return account.status === 'warning'
    ? [`DigitalOcean warns about the account: ${account.message.trim() || 'see the control panel'}`]
    : [];
}
