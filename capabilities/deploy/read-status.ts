import { type Owned, ownedKey } from '../../generator/deploy/inventory.ts';
import { jobNameOf } from '../../generator/deploy/readiness/helm-chart.ts';
import { helmChartReady, type Readiness, readinessOf } from '../../generator/deploy/readiness/index.ts';
import {
  type DeliveredRelease,
  type DeploymentState,
  releaseNumbered,
} from '../../generator/deploy/state/state.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import type { Cluster } from '../ports/cluster.ts';
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
  objects: ObjectStatus[];
}

/** What an environment is, right now. */
export async function readStatus(store: StateStore, cluster: Cluster): Promise<EnvironmentStatus> {
  const [{ version }, { state, inventory }] = await Promise.all([cluster.server(), store.read()]);
  const observed = await observe(
    inventory.map((owned) => ({ owned })),
    cluster,
  );
  const chartJobs = inventory.flatMap((owned) => jobOf(owned, observed.get(ownedKey(owned))?.live) ?? []);
  const jobs = await observe(
    chartJobs.map((owned) => ({ owned })),
    cluster,
  );
  return {
    version,
    release: releaseNumbered(state, state.current),
    pending: state.pending,
    objects: inventory.map((owned) => {
      const live = observed.get(ownedKey(owned))?.live;
      const job = jobOf(owned, live);
      const ran = job && jobs.get(ownedKey(job))?.live;
      if (live && ran) return { owned, readiness: helmChartReady(live, ran, true) };
      return { owned, readiness: live ? readinessOf(live) : absent(owned, state) };
    }),
  };
}

/** The job that installs a chart. It may have been cleared away after it was done: then the chart says all there is. */
function jobOf({ group, kind, namespace }: Owned, chart: JsonObject | undefined): Owned | undefined {
  const name = chart && group === 'helm.cattle.io' && kind === 'HelmChart' ? jobNameOf(chart) : undefined;
  return name === undefined ? undefined : { group: 'batch', kind: 'Job', namespace, name };
}

/** A job may have been cleared away as soon as it was done; of a delivery that is not finished, nobody knows. */
function absent({ group, kind }: Owned, { pending }: DeploymentState): Readiness {
  if (group === 'batch' && kind === 'Job' && pending === undefined) return { state: 'ready', message: '' };
  return { state: 'failed', message: 'it is not there' };
}
