import { UserError } from '../../../generator/errors.ts';
import type { ProvisionEvent } from '../../../generator/provision/events.ts';
import { keyBody } from '../../../generator/provision/naming.ts';
import type { Observed } from '../../../generator/provision/observed.ts';
import { makePlan, type PlanOptions } from '../../../generator/provision/plan/make-plan.ts';
import { changesCloud, type Plan, planDigest } from '../../../generator/provision/plan/plan.ts';
import type { Droplet } from '../../../generator/provision/resources.ts';
import type { Wanted } from '../../../generator/provision/wanted.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { executePlan } from './execute-plan.ts';
import { explained } from './explain.ts';
import { acquireLock } from './lock.ts';
import { observe } from './observe.ts';
import type { MachineHooks, Run } from './run.ts';

export interface ApplyRequest extends PlanOptions {
  wanted: Wanted;
  /** Tells this run from every other: random letters and digits. */
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
  const { wanted, id, by, expectDigest } = request;
  const { cloud, clock, report } = ports;
  if (!/^[a-z0-9]{4,40}$/i.test(id)) throw new RangeError('the id of a run has 4 to 40 letters and digits');
  const first = await observed(cloud, wanted);
  const before = makePlan(first, wanted, request);
  expect(before, expectDigest);
  // What looks right may be about to change, or may have been left in the middle.
  if (!changesCloud(before) && !first.locked) {
    report({ type: 'plan', plan: before });
    const droplet = first.droplets.find((each) => each.id === before.droplet);
    if (!droplet || before.address === undefined)
      throw new Error('a plan that changes nothing has no droplet');
    return { result: 'unchanged', plan: before, droplet, address: before.address };
  }
  const lock = await locked(wanted, id, by, ports);
  try {
    // Whoever held the lock until now may have changed everything.
    const there = await observed(cloud, wanted);
    const plan = makePlan(there, wanted, request);
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
      hooks: ports.hooks,
      state: {
        project: there.project?.id,
        vpc: there.vpc?.id,
        keys: new Set(keysThere(there, wanted)),
        volume: there.volume?.id,
        image: there.image?.id,
        droplet: there.droplets.find((each) => each.id === plan.droplet),
        old: there.droplets.find((each) => each.id === plan.replaces),
        address: plan.address,
        making: false,
        prepared: isPrepared(there, plan),
        setUpFailed: false,
      },
    };
    await executePlan(run);
    const { droplet, address } = run.state;
    if (!droplet || address === undefined) throw new Error('a plan that was applied has no droplet');
    const result = changesCloud(plan) ? 'applied' : 'unchanged';
    return { result, plan, droplet, address };
  } finally {
    await lock.release();
  }
}

export async function observed(cloud: Cloud, wanted: Wanted): Promise<Observed> {
  try {
    return await observe(cloud, wanted);
  } catch (error) {
    throw explained(error, 'the account');
  }
}

export async function locked(wanted: Wanted, id: string, by: string, ports: CloudPorts) {
  const { app, environment } = wanted;
  try {
    return await acquireLock({ app, environment, holder: id, by }, ports.cloud, ports.clock, {
      signal: ports.signal,
      waiting: (text) => ports.report({ type: 'waiting', text }),
    });
  } catch (error) {
    throw explained(error, `the lock of ${environment}`);
  }
}

export function expect(plan: Plan, digest: string | undefined): void {
  if (digest === undefined || planDigest(plan) === digest) return;
  throw new UserError({
    message: `the plan for ${plan.environment} is ${planDigest(plan)} now, not the one that was seen: ${digest}`,
    remedy: 'The account or the spec has changed since: see the plan again.',
  });
}

/** What was set up before serves users, or is about to. */
function isPrepared({ droplets }: Observed, { droplet }: Plan): boolean {
  const tags = droplets.find(({ id }) => id === droplet)?.tags ?? [];
  return tags.some((tag) => /^lunchbox-(?:prepared|ready):/.test(tag));
}

function keysThere({ keys }: Observed, { sshKeys }: Wanted): number[] {
  const bodies = sshKeys.map(({ key }) => key);
  return keys.filter(({ publicKey }) => bodies.includes(keyBody(publicKey))).map(({ id }) => id);
}
