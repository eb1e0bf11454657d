import type { ProbeReport } from '../../generator/deploy/downtime.ts';
import type { DeliveryEvent, DeliveryOutcome } from '../../generator/deploy/events.ts';
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
import { formatProblem, type Problem, UserError } from '../../generator/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Git } from '../ports/git.ts';
import { applyAndProve } from './apply-and-prove.ts';
import { type Delivery, mayGoOn, warn } from './context.ts';
import { problemsOf } from './failure.ts';
import { finish } from './finish.ts';
import { goBack } from './go-back.ts';
import { checkAncestry, checkServer } from './guards.ts';
import { keepAgain } from './keep-again.ts';
import { restoring, wasPutBack } from './kept.ts';
import { acquireLock, type Lock } from './lock/index.ts';
import { LockLost } from './lock/lost.ts';
import { outcomeOf } from './outcome.ts';
import { type PlanningRequest, planDelivery } from './plan/plan-delivery.ts';
import { lookAtCertificates } from './proof/certificates.ts';
import { type Probe, UserWatch } from './proof/watch-users.ts';
import { checkSealingKey, type SealingKey } from './stages/sealing-key.ts';
import { STATE_NAMESPACE } from './state/config-map.ts';
import { type Remembered, StateStore } from './state/store.ts';
import { imagesOf } from './tree.ts';

export interface DeliverRequest extends PlanningRequest {
  /** Who or what delivers, for people: `acme/shop run 17`. */
  by: string;
  /** Tells this run from every other: random. */
  holder: string;
  /** Stops after the plan. */
  planOnly: boolean;
  /** The digest that somebody has reviewed; undefined when nobody says one. */
  expectDigest: string | undefined;
  /** Goes back on purpose: to this release, or to an older commit. */
  allowOlder: boolean;
  /** The release that is put back on purpose: custom kinds, volumes and jobs then stay as they are. */
  restores?: number;
  sealingKey: SealingKey | undefined;
  /** Milliseconds for everything. */
  timeout: number;
}

export interface DeliverPorts {
  cluster: Cluster;
  clock: Clock;
  /** The repository that the tree is from; undefined when it is from none. */
  git: Git | undefined;
  /** Undefined when users are not watched. */
  probe: Probe | undefined;
  /** What speaks against the tree itself. Not asked for a tree that was delivered before. */
  validate(): Promise<readonly Problem[]>;
  /** Aborted by whoever interrupts. */
  signal: AbortSignal;
  report(event: DeliveryEvent): void;
}

/**
 * Brings a tree to a cluster: plan, apply stage by stage, prove, prune, remember; or put everything back.
 * Interrupted anywhere and run again, it converges.
 * @throws UserError, ApiError when it did not begin; what fails later is in the outcome.
 */
export async function deliver(request: DeliverRequest, ports: DeliverPorts): Promise<DeliveryOutcome> {
  const { tree } = request;
  const { cluster, clock, report } = ports;
  const begun = clock.now().getTime();
  if (request.expectDigest !== undefined && request.expectDigest !== tree.digest)
    throw new UserError({
      message: `the tree of ${tree.environment} is ${tree.digest}, not the one that was reviewed: ${request.expectDigest}`,
      remedy: 'Deliver the commit that was reviewed, or review this one.',
    });
  const info = await checkServer(cluster, clock);
  report({ type: 'cluster', version: info.version });
  const store = new StateStore(tree.app, tree.environment, cluster, clock);
  if (request.planOnly) {
    const remembered = await store.read();
    // A gate that only looks must not be more lenient than the delivery.
    if (!isCurrent(tree, remembered.state))
      for (const problem of await ports.validate())
        report({ type: 'warning', text: `a delivery would be refused: ${formatProblem(problem)}` });
    const plan = await planDelivery(asPutBack(request, remembered), remembered, store, cluster);
    report({ type: 'plan', plan });
    return outcomeOf('planned', plan, undefined, begun, clock);
  }
  const lock = await acquireLock(
    {
      namespace: STATE_NAMESPACE,
      name: store.name,
      holder: request.holder,
      purpose: `delivery of ${tree.revision.slice(0, 12) || tree.digest.slice(0, 19)} by ${request.by}`,
      fences: () => store.fence(),
      signal: ports.signal,
      waiting: (text) => report({ type: 'note', text }),
    },
    cluster,
    clock,
  );
  let newest: string | undefined;
  try {
    if (!request.allowOlder) await checkAncestry(tree.revision, lock.newest, ports.git);
    const outcome = await deliverLocked(request, ports, store, lock, begun);
    // Whoever goes back on purpose does not make what is newer forgotten.
    if (!request.allowOlder && tree.revision !== '') newest = tree.revision;
    return outcome;
  } finally {
    await lock.release(newest);
  }
}

/** What is restored leaves alone what every way back does; so does git, when it follows a way back that is done. */
function asPutBack(request: DeliverRequest, { state, inventory }: Remembered): DeliverRequest {
  const { tree, restores } = request;
  const follows = isCurrent(tree, state) && wasPutBack(state);
  return restores !== undefined || follows ? { ...request, tree: restoring(tree, inventory) } : request;
}

async function deliverLocked(
  asked: DeliverRequest,
  ports: DeliverPorts,
  store: StateStore,
  lock: Lock,
  begun: number,
): Promise<DeliveryOutcome> {
  const { cluster, clock, report } = ports;
  const remembered = await store.read();
  const { state, inventory } = remembered;
  const request = asPutBack(asked, remembered);
  const { tree } = request;
  const isKnown = isCurrent(tree, state);
  // First: what the cluster has against a tree says less than what validation has.
  if (!isKnown) await validated(ports);
  const plan = await planDelivery(request, remembered, store, cluster);
  report({ type: 'plan', plan });
  const delivery: Delivery = {
    cluster,
    clock,
    lock,
    signal: AbortSignal.any([ports.signal, lock.lost]),
    deadline: begun + request.timeout,
    report,
    unfinished: state.pending !== undefined || state.current === undefined,
    stages: [],
    // The plan has told them.
    warnings: [...plan.warnings],
    uids: new Map(),
    tried: new Set(),
    goesBack: request.restores !== undefined,
  };
  if (!request.allowOlder)
    for (const earlier of [state.pending, state.releases.findLast(({ restores }) => restores === undefined)])
      await checkAncestry(tree.revision, earlier?.revision, ports.git);
  if (
    isKnown &&
    !changesAnything(plan) &&
    sameInventory(inventory, tree.inventory) &&
    plan.objects.every(isReady)
  ) {
    if (state.current !== undefined) await keepAgain(state.current, tree, store, delivery);
    await lookAtCertificates(tree.manifests, delivery);
    return outcomeOf('unchanged', plan, state.current, begun, clock, delivery);
  }
  const key = await missingKey(request, plan, delivery);

  const release = releaseOf(request, await store.nextNumber(state), clock);
  const owned = union(inventory, tree.inventory);
  await mayGoOn(delivery);
  await store.write({ state: { ...state, pending: pendingOf(release) }, inventory: owned }, lock.fence);

  const users = ports.probe && new UserWatch(publicHosts(tree.manifests), ports.probe);
  const outcome = (result: DeliveryOutcome['result'], number: number | undefined) =>
    outcomeOf(result, plan, number, begun, clock, delivery);
  /** What went wrong, told. @throws what no delivery can handle */
  const told = (error: unknown) => {
    // Why it has to stop says more than what broke because of that.
    if (delivery.signal.aborted) throw delivery.signal.reason ?? error;
    if (error instanceof LockLost) throw error;
    const problems = problemsOf(error);
    for (const problem of problems) report({ type: 'problem', problem });
    return problems;
  };
  let downtime: ProbeReport[] = [];
  try {
    await applyAndProve({ plan, tree, key, users }, delivery);
    downtime = (await users?.end()) ?? [];
    users?.judge(downtime, delivery);
  } catch (error) {
    downtime = (await users?.end().catch(() => undefined)) ?? downtime;
    const problems = told(error);
    const failed = { tree, release, problems, state, inventory: owned, timeout: request.timeout };
    const back = await goBack(failed, store, delivery);
    return { ...outcome(back.result, state.current), downtime, problems, rollbackProblems: back.problems };
  }
  try {
    await finish({ plan, tree, release, state }, store, delivery);
    return { ...outcome('delivered', release.number), downtime };
  } catch (error) {
    // It runs, and was proven: there is no reason to go back.
    return { ...outcome('failed', state.current), downtime, problems: told(error) };
  }
}

/** Whether this very tree was proven, and nothing has been tried since. */
function isCurrent({ digest }: PlanningRequest['tree'], state: DeploymentState): boolean {
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

function sameInventory(a: readonly Owned[], b: readonly Owned[]): boolean {
  return a.length === b.length && a.every((owned, index) => ownedKey(owned) === ownedKey(b[index] ?? owned));
}

function isReady({ live }: Plan['objects'][number]): boolean {
  return live !== undefined && readinessOf(live).state === 'ready';
}
