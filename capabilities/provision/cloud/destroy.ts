import { type DestroyOptions, makeDestroyPlan } from '../../../generator/provision/plan/make-destroy-plan.ts';
import { changesCloud, type Plan } from '../../../generator/provision/plan/plan.ts';
import type { Wanted } from '../../../generator/provision/wanted.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { type CloudPorts, expect, locked, observed } from './apply.ts';
import { executePlan } from './execute-plan.ts';
import type { Run } from './run.ts';

export interface DestroyRequest extends DestroyOptions {
  wanted: Wanted;
  id: string;
  by: string;
  /** The plan that somebody has seen, and confirmed by typing the environment's name. */
  expectDigest?: string | undefined;
}

/** Everything that `destroy` would remove. @throws UserError */
export async function planDestroy(cloud: Cloud, wanted: Wanted, options: DestroyOptions): Promise<Plan> {
  return makeDestroyPlan(await observed(cloud, wanted), wanted, options);
}

/**
 * Removes what there is of an environment; volume, address and records only with its data. Killed anywhere and run again,
 * it goes on.
 * @throws UserError
 */
export async function destroyProvision(request: DestroyRequest, ports: CloudPorts): Promise<Plan> {
  const { wanted, id, by, withData } = request;
  const { cloud, clock, report } = ports;
  const first = await observed(cloud, wanted);
  const before = makeDestroyPlan(first, wanted, { withData });
  expect(before, request.expectDigest);
  if (!changesCloud(before) && !first.locked) {
    report({ type: 'plan', plan: before });
    return before;
  }
  const lock = await locked(wanted, id, by, ports);
  try {
    const there = await observed(cloud, wanted);
    const plan = makeDestroyPlan(there, wanted, { withData });
    expect(plan, request.expectDigest);
    report({ type: 'plan', plan });
    const run: Run = {
      cloud,
      clock,
      lock,
      signal: AbortSignal.any([ports.signal, lock.lost]),
      report,
      plan,
      observed: there,
      id,
      hooks: undefined,
      state: {
        project: there.project?.id,
        vpc: there.vpc?.id,
        keys: new Set(),
        volume: there.volume?.id,
        image: undefined,
        droplet: undefined,
        old: undefined,
        address: plan.address,
        making: false,
        // There is nothing to take back.
        prepared: true,
        setUpFailed: false,
      },
    };
    await executePlan(run);
    return plan;
  } finally {
    await lock.release();
  }
}
