import { type Owned, ownedKey, union } from '../../generator/deploy/inventory.ts';
import { jobNameOf } from '../../generator/deploy/readiness/helm-chart.ts';
import { helmChartReady, type Readiness, readinessOf } from '../../generator/deploy/readiness/index.ts';
import {
  type DeliveredRelease,
  type DeploymentState,
  releaseNumbered,
} from '../../generator/deploy/state/state.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import type { Cluster } from '../ports/cluster.ts';
import { wasPutBack } from './kept.ts';
import { isDeleting } from './plan/managers.ts';
import { observe } from './plan/observe.ts';
import type { StateStore } from './state/store.ts';

export interface ObjectStatus {
  owned: Owned;
  readiness: Readiness;
}

export interface EnvironmentStatus {
  version: string;
  /** What runs; undefined when nothing was ever delivered. */
  release: DeliveredRelease | undefined;
  pending: DeploymentState['pending'];
  /** Who delivers to it right now; undefined when nobody does. */
  delivering: string | undefined;
  objects: ObjectStatus[];
}

/** Whether an environment is as it should be. What a delivery has still to do is nothing that is wrong. */
export function isWell({ release, pending, delivering, objects }: EnvironmentStatus): boolean {
  const finished = pending === undefined || delivering !== undefined;
  return release !== undefined && finished && objects.every(({ readiness }) => readiness.state === 'ready');
}

/** What an environment is, right now. */
export async function readStatus(store: StateStore, cluster: Cluster): Promise<EnvironmentStatus> {
  const { purpose } = await store.lock();
  const [{ version }, { state, inventory }] = await Promise.all([cluster.server(), store.read()]);
  // It may have begun between the two looks.
  const delivering = purpose ?? (state.pending && (await store.lock()).purpose);
  const charts = inventory.flatMap((owned) => chartOf(owned) ?? []);
  const observed = await observe(
    union(inventory, charts).map((owned) => ({ owned })),
    cluster,
  );
  const liveOf = (owned: Owned) => observed.get(ownedKey(owned))?.live;
  const jobs = await observe(
    union(charts, []).flatMap((chart) => jobOf(chart, liveOf(chart)) ?? []),
    cluster,
  );
  return {
    version,
    release: releaseNumbered(state, state.current),
    pending: state.pending,
    delivering,
    objects: inventory.map((owned) => {
      const live = liveOf(owned);
      if (!live) return { owned, readiness: absent(owned, state) };
      const of = chartOf(owned);
      const chart = of && liveOf(of);
      const job = of && jobOf(of, chart);
      const ran = job && jobs.get(ownedKey(job.owned))?.live;
      if (chart && ran && !isDeleting(live)) return { owned, readiness: helmChartReady(chart, ran, true) };
      const readiness = readinessOf(live);
      return { owned, readiness: readiness.state === 'failed' && isPast(owned, state) ? DONE : readiness };
    }),
  };
}

const DONE: Readiness = { state: 'ready', message: '' };

function isJob({ group, kind }: Owned): boolean {
  return group === 'batch' && kind === 'Job';
}

/** A job is not run again where an earlier release was put back: how it ended says nothing of what runs. */
function isPast(owned: Owned, state: DeploymentState): boolean {
  return isJob(owned) && state.pending === undefined && wasPutBack(state);
}

/** The chart that is installed because of an object: itself, or the one that it holds settings for. */
function chartOf({ group, kind, namespace, name }: Owned): Owned | undefined {
  const isOne = group === 'helm.cattle.io' && (kind === 'HelmChart' || kind === 'HelmChartConfig');
  return isOne ? { group, kind: 'HelmChart', namespace, name } : undefined;
}

/** The job that installs a chart. It may have been cleared away after it was done: then the chart says all there is. */
function jobOf({ namespace }: Owned, chart: JsonObject | undefined): { owned: Owned } | undefined {
  const name = chart && jobNameOf(chart);
  return name === undefined ? undefined : { owned: { group: 'batch', kind: 'Job', namespace, name } };
}

/** A job may have been cleared away as soon as it was done; of a delivery that is not finished, nobody knows. */
function absent(owned: Owned, { pending }: DeploymentState): Readiness {
  if (isJob(owned) && pending === undefined) return DONE;
  return { state: 'failed', message: 'it is not there' };
}
