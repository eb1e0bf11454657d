import type { Identity } from '../../../generator/provision/identity.ts';
import { type DestroyOptions, makeDestroyPlan } from '../../../generator/provision/plan/make-destroy-plan.ts';
import type { Plan } from '../../../generator/provision/plan/plan.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { type CloudPorts, type CloudRequest, carryOut, observed } from './carry-out.ts';

/** Its `expectDigest` is that of the plan that was confirmed by typing the environment's name. */
export type DestroyRequest = CloudRequest & DestroyOptions;

/** Everything that `destroy` would remove. @throws UserError */
export async function planDestroy(cloud: Cloud, wanted: Identity, options: DestroyOptions): Promise<Plan> {
  return makeDestroyPlan(await observed(cloud, wanted), wanted, options);
}

/**
 * Removes what there is of an environment; volume, address and records only with its data. Killed anywhere and run again,
 * it goes on.
 * @throws UserError
 */
export async function destroyProvision(request: DestroyRequest, ports: CloudPorts): Promise<Plan> {
  const { plan } = await carryOut(request, ports, {
    plan: (there) => makeDestroyPlan(there, request.wanted, request),
    hooks: undefined,
    state: (there, { address }) => ({
      project: there.project?.id,
      vpc: there.vpc?.id,
      keys: new Set(),
      volume: there.volume?.id,
      image: undefined,
      droplet: undefined,
      old: undefined,
      address,
      making: false,
      // There is nothing to take back.
      prepared: true,
      setUpFailed: false,
    }),
  });
  return plan;
}
