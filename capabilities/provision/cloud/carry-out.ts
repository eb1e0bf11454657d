import { UserError } from '../../../generator/errors.ts';
import type { ProvisionEvent } from '../../../generator/provision/events.ts';
import type { Identity } from '../../../generator/provision/identity.ts';
import type { Observed } from '../../../generator/provision/observed.ts';
import { changesCloud, type Plan, planDigest } from '../../../generator/provision/plan/plan.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { executePlan } from './execute-plan.ts';
import { explained } from './explain.ts';
import { acquireLock } from './lock.ts';
import { observe } from './observe.ts';
import type { MachineHooks, Run, RunState } from './run.ts';

/** What whoever changes an account says. */
export interface CloudRequest {
  /** With all that is wanted, for an undertaking that makes something. */
  wanted: Identity;
  /** Tells this run from every other: 4 to 40 letters and digits. */
  id: string;
  /** Who or what provisions, for people: `acme/shop run 17`. */
  by: string;
  /** The plan that somebody has seen; undefined when nobody says one. */
  expectDigest?: string | undefined;
}

export interface CloudPorts {
  cloud: Cloud;
  clock: Clock;
  /** Aborted by whoever interrupts. */
  signal: AbortSignal;
  report(event: ProvisionEvent): void;
}

/** One way to change an account. */
export interface Undertaking {
  plan(there: Observed): Plan;
  /** What is known at the start. */
  state(there: Observed, plan: Plan): RunState;
  hooks: MachineHooks | undefined;
}

export interface CarriedOut {
  plan: Plan;
  /** What was there before. */
  there: Observed;
  /** What is known at the end; undefined when there was nothing to do. */
  state: RunState | undefined;
}

/**
 * Plans, takes the lock, plans again, and does exactly that.
 * @throws UserError
 */
export async function carryOut(
  request: CloudRequest,
  ports: CloudPorts,
  undertaking: Undertaking,
): Promise<CarriedOut> {
  const { wanted, id, by, expectDigest } = request;
  const { cloud, clock, report } = ports;
  if (!/^[a-z0-9]{4,40}$/i.test(id)) throw new RangeError('the id of a run has 4 to 40 letters and digits');
  const first = await observed(cloud, wanted);
  const before = undertaking.plan(first);
  expect(before, expectDigest);
  // What looks right may be about to change, or may have been left in the middle.
  if (!changesCloud(before) && !first.locked) {
    report({ type: 'plan', plan: before });
    return { plan: before, there: first, state: undefined };
  }
  const lock = await locked(wanted, id, by, ports);
  try {
    // Whoever held the lock until now may have changed everything.
    const there = await observed(cloud, wanted);
    const plan = undertaking.plan(there);
    expect(plan, expectDigest);
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
      hooks: undertaking.hooks,
      state: undertaking.state(there, plan),
    };
    await executePlan(run);
    return { plan, there, state: run.state };
  } finally {
    await lock.release();
  }
}

/** What an environment has. @throws UserError */
export async function observed(cloud: Cloud, wanted: Identity): Promise<Observed> {
  try {
    return await observe(cloud, wanted);
  } catch (error) {
    throw explained(error, 'the account');
  }
}

async function locked({ app, environment }: Identity, id: string, by: string, ports: CloudPorts) {
  try {
    return await acquireLock({ app, environment, holder: id, by }, ports.cloud, ports.clock, {
      signal: ports.signal,
      waiting: (text) => ports.report({ type: 'waiting', text }),
    });
  } catch (error) {
    throw explained(error, `the lock of ${environment}`);
  }
}

function expect(plan: Plan, digest: string | undefined): void {
  if (digest === undefined || planDigest(plan) === digest) return;
  throw new UserError({
    message: `the plan for ${plan.environment} is ${planDigest(plan)} now, not the one that was seen: ${digest}`,
    remedy: 'The account or the spec has changed since: see the plan again.',
  });
}
