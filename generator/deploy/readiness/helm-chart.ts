import { at, items, mapping, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { conditionOf, failed, READY, type Readiness, said, waiting } from './readiness.ts';

const UNMANAGED = 'helmcharts.helm.cattle.io/unmanaged';
/** Of a job that is going to be replaced, as soon as its pods have ended. */
const REPLACED = 'helmcharts.helm.cattle.io/replace-wait';
/** As whom Lunchbox writes. */
const MANAGER = 'lunchbox';

/**
 * How far a chart is, as far as the HelmChart alone tells: k3s' controller writes there that it made a job, and nothing
 * of how the job ended well. What it says of a failure may be of the chart before.
 */
export function helmChartReadiness(chart: JsonObject): Readiness {
  if (isAnnotated(chart, UNMANAGED)) return READY;
  const failure = conditionOf(chart, 'Failed');
  if (failure?.status === 'True') return failed(said(failure, 'its job failed'));
  return jobNameOf(chart) === undefined ? waiting('its controller has made no job yet') : READY;
}

function isAnnotated(object: JsonObject, key: string): boolean {
  return Object.hasOwn(mapping(at(object, 'metadata', 'annotations')), key);
}

/** The job that installs it, in its own namespace. */
export function jobNameOf(chart: JsonObject): string | undefined {
  return text(at(chart, 'status', 'jobName')) || undefined;
}

/**
 * How far a chart is, by the job that installs it. The job carries no generation of the chart: it counts when it was
 * made after the chart was changed, or when the controller has had time to make another and has not, and it says the
 * same version, repository and values as the chart.
 * (k3s-io/helm-controller v0.17.9, pkg/controllers/chart: jobs are made suspended, named in `status.jobName`, and replaced
 * when their template or the hash of the values changes.)
 * @param settled The controller has had time to act on the chart as it is now.
 * @param config Its HelmChartConfig, where that may have changed.
 */
export function helmChartReady(
  chart: JsonObject,
  job: JsonObject | undefined,
  settled: boolean,
  config?: JsonObject,
): Readiness {
  if (isAnnotated(chart, UNMANAGED)) return READY;
  const own = conditionOf(chart, 'Failed');
  const refused = own?.status === 'True' && conditionOf(chart, 'JobCreated')?.status === 'False';
  if (refused) {
    const message = said(own, 'its job cannot be made');
    // It tries again by itself, but for what can never be.
    return settled && /unsupported/i.test(own.reason) ? failed(message) : waiting(message);
  }
  if (!job) return waiting('its controller has made no job yet');
  const name = text(at(job, 'metadata', 'name')) ?? '';
  const behind = jobBehind(chart, job, settled, config);
  if (behind !== undefined) return waiting(behind);
  for (const type of ['Failed', 'FailureTarget']) {
    const failure = conditionOf(job, type);
    if (failure?.status === 'True') return failed(`job ${name}: ${said(failure, 'it failed')}`);
  }
  if (conditionOf(job, 'Complete')?.status === 'True') return READY;
  if (at(job, 'spec', 'suspend') === true) return waiting(`job ${name} has not started yet`);
  const failures = whole(at(job, 'status', 'failed')) ?? 0;
  return waiting(failures > 0 ? `job ${name} runs, and failed ${failures} times` : `job ${name} runs`);
}

/** Why a job, and its pods, say nothing of a chart as it is now; undefined when they do. Parameters as above. */
export function jobBehind(
  chart: JsonObject,
  job: JsonObject,
  settled: boolean,
  config?: JsonObject,
): string | undefined {
  const isGoing = at(job, 'metadata', 'deletionTimestamp') !== undefined || isAnnotated(job, REPLACED);
  if (isGoing || !reflects(chart, job))
    return `job ${text(at(job, 'metadata', 'name')) ?? ''} is of the chart as it was before`;
  const isNew = settled || isNewer(config ? [chart, config] : [chart], job);
  return isNew ? undefined : 'its controller has not seen the change yet';
}

/** Whether the job was made for the chart as it is now, as far as its pod shows that. */
function reflects(chart: JsonObject, job: JsonObject): boolean {
  const container = items(at(job, 'spec', 'template', 'spec', 'containers'))[0]?.item ?? {};
  const env = new Map(items(container.env).map(({ item }) => [text(item.name), text(item.value) ?? '']));
  const spec = mapping(chart.spec);
  const same = (name: string, value: string) => !env.has(name) || env.get(name) === value;
  if (!same('VERSION', text(spec.version) ?? '') || !same('REPO', text(spec.repo) ?? '')) return false;
  const args = Array.isArray(container.args) ? container.args : [];
  if (args[0] !== undefined && args[0] !== 'install') return false;
  return Object.entries(mapping(spec.set)).every(([key, value]) => {
    const given = `${key}=${String(value)}`;
    // Commas are escaped in a way of its own.
    return given.includes(',') || args.length === 0 || args.includes(given);
  });
}

/** Whether the job was made after Lunchbox last changed what it installs; all times are the server's. */
function isNewer(sources: readonly JsonObject[], job: JsonObject): boolean {
  const made = Date.parse(text(at(job, 'metadata', 'creationTimestamp')) ?? '');
  const changes = sources
    .flatMap((source) => items(at(source, 'metadata', 'managedFields')))
    .filter(({ item }) => item.manager === MANAGER && (item.subresource ?? '') === '')
    .map(({ item }) => Date.parse(text(item.time) ?? ''));
  return changes.length > 0 && changes.every((time) => made >= time);
}
