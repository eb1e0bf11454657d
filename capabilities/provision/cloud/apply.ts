import { keyBody } from '../../../generator/provision/naming.ts';
import type { Observed } from '../../../generator/provision/observed.ts';
import { makePlan, type PlanOptions } from '../../../generator/provision/plan/make-plan.ts';
import { changesCloud, type Plan } from '../../../generator/provision/plan/plan.ts';
import { refuseLoss } from '../../../generator/provision/plan/state.ts';
import type { Droplet } from '../../../generator/provision/resources.ts';
import type { Wanted } from '../../../generator/provision/wanted.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { type CloudPorts, type CloudRequest, carryOut, observed } from './carry-out.ts';
import type { MachineHooks } from './run.ts';

export type ApplyRequest = CloudRequest &
  PlanOptions & {
    wanted: Wanted;
    /** Whether a droplet may be replaced that has k3s' state and all volumes on its disk. */
    loseData?: boolean;
  };

export interface ApplyOutcome {
  result: 'unchanged' | 'applied';
  plan: Plan;
  droplet: Droplet;
  /** Where users come in. */
  address: string;
}

/** What `apply` would do now. Nothing is changed, and no lock is taken. @throws UserError */
export async function planProvision(cloud: Cloud, wanted: Wanted, options: PlanOptions = {}): Promise<Plan> {
  return makePlan(await observed(cloud, wanted), wanted, options);
}

/**
 * Brings the account to what an environment wants: plan, then exactly that plan. Run twice, the second changes nothing;
 * killed anywhere and run again, it goes on; when it fails, the droplet that it made is removed, and nothing else.
 * @throws UserError
 */
export async function applyProvision(
  request: ApplyRequest,
  ports: CloudPorts & { hooks: MachineHooks },
): Promise<ApplyOutcome> {
  const { wanted } = request;
  const { plan, there, state } = await carryOut(request, ports, {
    plan(observed) {
      const plan = makePlan(observed, wanted, request);
      refuseLoss(plan, request.loseData ?? false);
      return plan;
    },
    hooks: ports.hooks,
    state: (observed, plan) => ({
      project: observed.project?.id,
      vpc: observed.vpc?.id,
      keys: new Set(keysThere(observed, wanted)),
      volume: observed.volume?.id,
      image: observed.image?.id,
      droplet: dropletOf(observed, plan.droplet),
      old: dropletOf(observed, plan.replaces),
      address: plan.address,
      making: false,
      prepared: isPrepared(observed, plan),
      setUpFailed: false,
    }),
  });
  const { droplet, address } = state ?? {
    droplet: dropletOf(there, plan.droplet),
    address: plan.address,
  };
  if (!droplet || address === undefined) throw new Error('a plan that holds has no droplet or no address');
  return { result: changesCloud(plan) ? 'applied' : 'unchanged', plan, droplet, address };
}

function dropletOf({ droplets }: Observed, wanted: number | undefined): Droplet | undefined {
  return droplets.find(({ id }) => id === wanted);
}

/** What was set up before serves users, or is about to. */
function isPrepared(there: Observed, { droplet }: Plan): boolean {
  const tags = dropletOf(there, droplet)?.tags ?? [];
  return tags.some((tag) => /^lunchbox-(?:prepared|ready):/.test(tag));
}

function keysThere({ keys }: Observed, { sshKeys }: Wanted): number[] {
  const bodies = sshKeys.map(({ key }) => key);
  return keys.filter(({ publicKey }) => bodies.includes(keyBody(publicKey))).map(({ id }) => id);
}
