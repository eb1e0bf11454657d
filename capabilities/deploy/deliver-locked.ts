import type { ProbeReport } from '../../generator/deploy/downtime.ts';
import type { DeliveryOutcome, DeliveryProblem } from '../../generator/deploy/events.ts';
import { type Owned, ownedKey, union } from '../../generator/deploy/inventory.ts';
import { changesAnything, type Plan } from '../../generator/deploy/plan/plan.ts';
import { publicHosts } from '../../generator/deploy/public-hosts.ts';
import { readinessOf } from '../../generator/deploy/readiness/index.ts';
import {
  type DeliveredRelease,
  type DeploymentState,
  pendingOf,
  releaseNumbered,
} from '../../generator/deploy/state/state.ts';
import { UserError } from '../../generator/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { applyAndProve, type Work } from './apply-and-prove.ts';
import { type Delivery, mayGoOn, warn } from './context.ts';
import type { DeliverPorts, DeliverRequest } from './contract.ts';
import { problemsOf } from './failure.ts';
import { finish, type Proven } from './finish.ts';
import { goBack } from './go-back.ts';
import { checkAncestry } from './guards.ts';
import { keepAgain } from './keep-again.ts';
import { restoring, wasPutBack } from './kept.ts';
import type { Lock } from './lock/index.ts';
import { LeaseLost } from './lock/lost.ts';
import { outcomeOf } from './outcome.ts';
import { planDelivery } from './plan/plan-delivery.ts';
import { lookAtCertificates } from './proof/certificates.ts';
import { UserWatch } from './proof/watch-users.ts';
import { checkSealingKey } from './stages/sealing-key.ts';
import type { Remembered, StateStore } from './state/store.ts';
import { type DesiredTree, imagesOf } from './tree.ts';

/**
 * What a delivery does while it holds the lock: observe, plan, guard; apply and prove; prune and record, or go back.
 * @param begun Milliseconds since 1970
 * @throws UserError, ApiError when it did not begin; LeaseLost, and the reason of an interruption. What else fails later is
 *   in the outcome.
 */
export async function deliverLocked(
  asked: DeliverRequest,
  ports: DeliverPorts,
  store: StateStore,
  lock: Lock,
  begun: number,
): Promise<DeliveryOutcome> {
  const remembered = await store.read();
  const { state, inventory } = remembered;
  const request = asPutBack(asked, remembered);
  const { tree, timeout } = request;
  const isKnown = isCurrent(tree, state);
  // First: what the cluster has against a tree says less than what validation has.
  if (!isKnown) await validated(ports);
  const plan = await planDelivery(request, remembered, store, ports.cluster);
  ports.report({ type: 'plan', plan });
  const delivery = beginning(request, plan, state, ports, lock, begun);
  const outcome = (result: DeliveryOutcome['result'], number: number | undefined) =>
    outcomeOf(result, plan, number, begun, ports.clock, delivery);

  if (!request.allowOlder) await notOlder(tree, state, ports);
  if (isKnown && isThere(plan, tree, inventory)) {
    if (state.current !== undefined) await keepAgain(state.current, tree, store, delivery);
    await lookAtCertificates(tree.manifests, delivery);
    return outcome('unchanged', state.current);
  }
  const key = await missingKey(request, plan, delivery);

  const release = releaseOf(request, await store.nextNumber(state), ports.clock);
  const owned = union(inventory, tree.inventory);
  await mayGoOn(delivery);
  await store.write({ state: { ...state, pending: pendingOf(release) }, inventory: owned }, lock.fence);

  const users = ports.probe && new UserWatch(publicHosts(tree.manifests), ports.probe);
  const { downtime, problems } = await proven({ plan, tree, key, users }, delivery);
  if (problems) {
    const failed = { tree, release, problems, state, inventory: owned, timeout };
    const back = await goBack(failed, store, delivery);
    return { ...outcome(back.result, state.current), downtime, problems, rollbackProblems: back.problems };
  }
  const late = await finished({ plan, tree, release, state }, store, delivery);
  // It runs, and was proven: there is no reason to go back.
  if (late) return { ...outcome('failed', state.current), downtime, problems: late };
  return { ...outcome('delivered', release.number), downtime };
}

/** Everything that can be taken back. @returns what users noticed, and what went wrong: undefined when nothing did */
async function proven(
  work: Work,
  delivery: Delivery,
): Promise<{ downtime: ProbeReport[]; problems: DeliveryProblem[] | undefined }> {
  const { users } = work;
  let downtime: ProbeReport[] = [];
  try {
    await applyAndProve(work, delivery);
    downtime = (await users?.end()) ?? [];
    users?.judge(downtime, delivery);
    return { downtime, problems: undefined };
  } catch (error) {
    downtime = (await users?.end().catch(() => undefined)) ?? downtime;
    return { downtime, problems: told(error, delivery) };
  }
}

/** Everything that cannot. @returns what went wrong; undefined when nothing did */
async function finished(
  work: Proven,
  store: StateStore,
  delivery: Delivery,
): Promise<DeliveryProblem[] | undefined> {
  try {
    await finish(work, store, delivery);
    return undefined;
  } catch (error) {
    return told(error, delivery);
  }
}

/** What went wrong, told. @throws what no delivery can handle */
function told(error: unknown, { signal, report }: Delivery): DeliveryProblem[] {
  // Why it has to stop says more than what broke because of that.
  if (signal.aborted) throw signal.reason ?? error;
  if (error instanceof LeaseLost) throw error;
  const problems = problemsOf(error);
  for (const problem of problems) report({ type: 'problem', problem });
  return problems;
}

function beginning(
  { timeout, restores }: DeliverRequest,
  plan: Plan,
  state: DeploymentState,
  { cluster, clock, signal, report }: DeliverPorts,
  lock: Lock,
  begun: number,
): Delivery {
  return {
    cluster,
    clock,
    lock,
    signal: AbortSignal.any([signal, lock.lost]),
    deadline: begun + timeout,
    report,
    unfinished: state.pending !== undefined || state.current === undefined,
    stages: [],
    // The plan has told them.
    warnings: [...plan.warnings],
    uids: new Map(),
    tried: new Set(),
    goesBack: restores !== undefined,
  };
}

/** @throws UserError when what was delivered last, or tried, is newer */
async function notOlder(
  { revision, environment }: DesiredTree,
  state: DeploymentState,
  { git }: DeliverPorts,
): Promise<void> {
  const last = state.releases.findLast(({ restores }) => restores === undefined);
  for (const earlier of [state.pending, last])
    await checkAncestry(revision, earlier?.revision, git, environment);
}

/** What is restored leaves alone what every way back does; so does git, when it follows a way back that is done. */
export function asPutBack(request: DeliverRequest, { state, inventory }: Remembered): DeliverRequest {
  const { tree, restores } = request;
  const follows = isCurrent(tree, state) && wasPutBack(state);
  return restores !== undefined || follows ? { ...request, tree: restoring(tree, inventory) } : request;
}

/** Whether this very tree was proven, and nothing has been tried since. */
export function isCurrent({ digest }: DesiredTree, state: DeploymentState): boolean {
  return releaseNumbered(state, state.current)?.digest === digest && state.pending === undefined;
}

/** The release that this delivery is going to be. */
function releaseOf({ tree, by, restores }: DeliverRequest, number: number, clock: Clock): DeliveredRelease {
  const { revision, digest, manifests } = tree;
  return {
    number,
    revision,
    digest,
    at: clock.now().toISOString(),
    by,
    result: 'delivered',
    message: '',
    images: imagesOf(manifests),
    ...(restores === undefined ? {} : { restores }),
  };
}

/** The key that has to be put into the cluster; undefined when there is none to be put. */
async function missingKey({ tree, sealingKey }: DeliverRequest, plan: Plan, delivery: Delivery) {
  const touched = plan.objects.some(
    ({ stage, action }) => action !== 'unchanged' && (stage === 'controllers' || stage === 'secrets'),
  );
  if (!touched && !sealingKey) return undefined;
  const { missing, warnings } = await checkSealingKey(tree, sealingKey, delivery.cluster);
  for (const warning of warnings) warn(delivery, warning);
  return missing;
}

/** @throws UserError with everything that speaks against the tree */
async function validated({ validate }: DeliverPorts): Promise<void> {
  const problems = await validate();
  if (problems.length > 0) throw new UserError(problems);
}

/** Whether the cluster is as the tree says, and ready. */
function isThere(plan: Plan, tree: DesiredTree, inventory: readonly Owned[]): boolean {
  return !changesAnything(plan) && sameInventory(inventory, tree.inventory) && plan.objects.every(isReady);
}

function sameInventory(a: readonly Owned[], b: readonly Owned[]): boolean {
  return a.length === b.length && a.every((owned, index) => ownedKey(owned) === ownedKey(b[index] ?? owned));
}

function isReady({ live }: Plan['objects'][number]): boolean {
  return live !== undefined && readinessOf(live).state === 'ready';
}
