import { keyOf, type Owned, ownedKey, subjectOf, without } from '../../../generator/deploy/inventory.ts';
import { autoscalerOf } from '../../../generator/deploy/plan/autoscaler.ts';
import type { Plan, PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { STAGES, stageOf, stageOfKind } from '../../../generator/deploy/stages.ts';
import { type Problem, UserError } from '../../../generator/errors.ts';
import { at, text, whole } from '../../../generator/fields.ts';
import { manifestPlace } from '../../../generator/finding.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import { sameJson } from '../../../generator/same-json.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { inParallel } from '../in-parallel.ts';
import type { DesiredTree } from '../tree.ts';
import { withNamespace } from './as-sent.ts';
import { appliedFields } from './managers.ts';
import { observe } from './observe.ts';
import { refusalProblem, silentWebhook } from './refusal.ts';
import type { Tried } from './trial.ts';
import { tryObject } from './try-object.ts';

export interface PlanRequest {
  tree: Pick<DesiredTree, 'app' | 'environment' | 'digest' | 'revision' | 'manifests' | 'inventory'>;
  /** What earlier deliveries of this environment answer for. */
  inventory: readonly Owned[];
  /** Manifests that were delivered last, to tell change from drift; asked for only when something differs. */
  last(): Promise<ReadonlyMap<string, JsonObject>>;
  takeOver: readonly string[];
  /** Nothing of it is going to be delivered: whoever owns a field, that it differs is told, and nothing new is tried. */
  looksOnly?: boolean;
  /** Who else answers for an object of ours that we did not know of; undefined when nobody does. */
  otherOwner(owned: Owned): Promise<string | undefined>;
}

/**
 * Looks at everything that the tree and the inventory name, and decides what a delivery would do. Nothing is written.
 * @throws UserError with everything that stands in its way
 */
export async function makePlan(request: PlanRequest, cluster: Cluster): Promise<Plan> {
  const { plan, refusals } = await planInPart(request, cluster);
  if (refusals.length > 0) throw new UserError(refusals.flatMap(({ problems }) => problems));
  return plan;
}

/** What stands in the way of one object. */
export interface Refusal {
  owned: Owned;
  problems: Problem[];
}

/** The same, of as much as can be done: what is refused is in no plan. */
export async function planInPart(
  request: PlanRequest,
  cluster: Cluster,
): Promise<{ plan: Plan; refusals: Refusal[] }> {
  const { tree, inventory } = request;
  const byKey = new Map(tree.inventory.map((owned) => [ownedKey(owned), owned]));
  const wanted = tree.manifests.map((manifest) => ({
    manifest,
    owned: byKey.get(keyOf(manifest)) ?? missing(manifest),
  }));
  const gone = without(inventory, tree.inventory);
  const observed = await observe(
    [
      ...wanted.map(({ manifest, owned }) => ({ owned, apiVersion: manifest.identity.apiVersion })),
      ...gone.map((owned) => ({ owned })),
    ],
    cluster,
  );
  const known = new Set(inventory.map(ownedKey));
  let last: Promise<ReadonlyMap<string, JsonObject>> | undefined;
  const tried = await inParallel(wanted, async ({ manifest, owned }): Promise<Tried> => {
    const key = ownedKey(owned);
    const { resource, live } = observed.get(key) ?? {};
    if (!resource) return unserved(manifest, owned, tree.manifests);
    if (!live) return create(request, manifest, owned, cluster, observed);
    const ours = known.has(key);
    if (!ours && appliedFields(live) !== undefined) {
      const other = await request.otherOwner(owned);
      if (other !== undefined) return { problems: [taken(manifest, owned, other)], warnings: [] };
    }
    const lastSaid = async () => {
      if (!ours) return undefined;
      last ??= request.last();
      return (await last).get(key);
    };
    const autoscaler = autoscalerOf(tree.manifests, owned);
    const { takeOver, looksOnly = false } = request;
    return tryObject(
      { manifest, owned, resource, live, last: lastSaid, ours, takeOver, looksOnly, autoscaler },
      cluster,
    );
  });
  const refusals = wanted.flatMap(({ owned }, index) => {
    const problems = tried[index]?.problems ?? [];
    return problems.length > 0 ? [{ owned, problems }] : [];
  });
  const prunes = gone.flatMap((owned): PlannedObject[] => {
    const { live } = observed.get(ownedKey(owned)) ?? {};
    if (!live) return [];
    return [
      { owned, action: 'prune', stage: stageOfKind(owned), live, changes: [], drift: [], takeOver: [] },
    ];
  });
  const { app, environment, digest, revision } = tree;
  const plan = {
    app,
    environment,
    digest,
    revision,
    objects: [...tried.flatMap(({ object }) => object ?? []), ...backwards(prunes)],
    warnings: [...new Set(tried.flatMap(({ warnings }) => warnings))],
  };
  return { plan, refusals };
}

function missing({ identity }: Manifest): never {
  throw new Error(`${identity.kind} ${identity.name} is not in the inventory of its own tree`);
}

/** A kind that is not there yet: its definition, or a chart that may bring it, has to be in the tree. */
function unserved(manifest: Manifest, owned: Owned, manifests: readonly Manifest[]): Tried {
  const comes = manifests.some(({ identity, data }) => {
    if (identity.kind === 'HelmChart') return true;
    const spec = at(data, 'spec');
    return (
      identity.kind === 'CustomResourceDefinition' &&
      text(at(spec, 'group')) === owned.group &&
      text(at(spec, 'names', 'kind')) === owned.kind
    );
  });
  if (comes) return created(manifest, owned);
  const problem = {
    message: `this cluster does not know ${owned.kind} of ${manifest.identity.apiVersion}`,
    place: manifestPlace(manifest),
    remedy:
      'Put its CustomResourceDefinition, or the HelmChart that brings it, into the tree, or correct `apiVersion`.',
  };
  return { problems: [problem], warnings: [] };
}

/** What is not there yet is tried where it can be: in a namespace that exists. */
async function create(
  { tree, inventory, last, looksOnly }: PlanRequest,
  manifest: Manifest,
  owned: Owned,
  cluster: Cluster,
  observed: ReadonlyMap<string, { live: JsonObject | undefined; resource: unknown }>,
): Promise<Tried> {
  if (await isFinishedJob(manifest, owned, inventory, last)) return { problems: [], warnings: [] };
  if (looksOnly) return created(manifest, owned);
  const namespace = `/Namespace//${owned.namespace}`;
  const inTree = tree.inventory.some((each) => ownedKey(each) === namespace);
  if (inTree && !observed.get(namespace)?.live) return created(manifest, owned);
  const resource = await cluster.resource(manifest.identity.apiVersion, owned.kind);
  if (!resource) return created(manifest, owned);
  try {
    const { warnings } = await cluster.apply(resource, withNamespace(manifest, owned, resource), {
      dryRun: true,
    });
    const subject = subjectOf(owned);
    return { ...created(manifest, owned), warnings: warnings.map((warning) => `${subject}: ${warning}`) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // A webhook that is not up yet is waited for in its own stage.
    if (silentWebhook(error) !== undefined) return created(manifest, owned);
    // Its definition may have been deleted since the server was asked what it serves.
    const served =
      error.status !== 404 || (await cluster.resource(manifest.identity.apiVersion, owned.kind, true));
    if (!served) return unserved(manifest, owned, tree.manifests);
    const missing = error.status === 404 && owned.namespace !== '';
    const problem = missing
      ? {
          message: `${subjectOf(owned)} is for a namespace that is not there`,
          remedy: `Put Namespace ${owned.namespace} into the tree.`,
        }
      : refusalProblem(subjectOf(owned), error);
    return { problems: [{ ...problem, place: manifestPlace(manifest) }], warnings: [] };
  }
}

function created(manifest: Manifest, owned: Owned): Tried {
  const object: PlannedObject = {
    owned,
    action: 'create',
    stage: stageOf(manifest),
    manifest,
    changes: [],
    drift: [],
    takeOver: [],
  };
  return { object, problems: [], warnings: [] };
}

/**
 * A job that was delivered before as it is now, and that the cluster has cleared away after it was done: it is not run
 * again. One that only stands in the inventory may never have been made.
 */
async function isFinishedJob(
  { data }: Manifest,
  owned: Owned,
  inventory: readonly Owned[],
  last: PlanRequest['last'],
): Promise<boolean> {
  const clears = whole(at(data, 'spec', 'ttlSecondsAfterFinished')) !== undefined;
  const key = ownedKey(owned);
  if (owned.kind !== 'Job' || !clears || !inventory.some((each) => ownedKey(each) === key)) return false;
  return sameJson(at((await last()).get(key), 'spec') ?? null, data.spec ?? null);
}

function taken(manifest: Manifest, owned: Owned, other: string): Problem {
  return {
    message: `${subjectOf(owned)} belongs to ${other}`,
    place: manifestPlace(manifest),
    remedy: 'Give one of the two another name or namespace, or deliver them to clusters of their own.',
  };
}

/** What was applied last goes first. */
function backwards(prunes: readonly PlannedObject[]): PlannedObject[] {
  const rank = ({ stage }: PlannedObject) => STAGES.indexOf(stage);
  return [...prunes].sort((a, b) => rank(b) - rank(a) || (ownedKey(a.owned) < ownedKey(b.owned) ? 1 : -1));
}
