import { describe, expect, it } from 'vitest';
import { capacityOf, capacityViolation } from '../../../generator/validate/capacity/capacity.ts';
import { buildCluster } from '../../../generator/validate/cluster/cluster.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';

const MI = 2 ** 20;

type Fields = Record<string, unknown>;

const requests = (memory: string, cpu = '100m') => ({ resources: { requests: { memory, cpu } } });
const metadata = { name: 'web', namespace: 'shop' };
const template = (spec: Fields) => ({ template: { metadata: { labels: { app: 'web' } }, spec } });
const deployment = (pod: Fields, spec: Fields = { strategy: { type: 'Recreate' } }) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: { ...spec, ...template(pod) },
});

function capacity(objects: readonly Fields[], size = 's-2vcpu-4gb', nodes = 1) {
  const files = objects.map((object, index) => ({ path: `${index}.json`, text: JSON.stringify(object) }));
  const found = capacityOf(buildCluster(readManifests(files).manifests, { nodes }), size);
  if (!found) throw new Error('unknown size');
  return found;
}

/** Memory in Mi, pods and whether it was assumed, of the one part that is not k3s. */
function part(...objects: readonly Fields[]) {
  const [only, ...others] = capacity(objects).parts.filter(({ name }) => name !== 'k3s');
  expect(others).toEqual([]);
  return only && { mi: only.memory / MI, pods: only.pods, assumed: only.assumed };
}

describe('what one pod asks for', () => {
  it('is the most that runs at any moment: an init container runs beside the sidecars before it', () => {
    const sidecar = { name: 's', restartPolicy: 'Always', ...requests('100Mi') };
    const init = { name: 'i', ...requests('900Mi') };
    const containers = [{ name: 'a', ...requests('300Mi') }];
    expect(part(deployment({ containers, initContainers: [sidecar, init] }))?.mi).toBe(1000);
    expect(part(deployment({ containers, initContainers: [init, sidecar] }))?.mi).toBe(900);
    expect(part(deployment({ containers, initContainers: [sidecar, sidecar] }))?.mi).toBe(500);
  });

  it('is what the pod says for all of its containers together, where it says so', () => {
    const containers = [{ name: 'a', ...requests('300Mi') }];
    expect(part(deployment({ containers, ...requests('700Mi') }))?.mi).toBe(700);
  });
});

describe('how many pods run at once', () => {
  const containers = [{ name: 'a', ...requests('100Mi') }];

  it('of an autoscaled Deployment: its most, and the surge of its most', () => {
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: { maxReplicas: 8, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    };
    expect(part(deployment({ containers }, { replicas: 1 }), scaler)?.pods).toBe(10);
  });

  it.each([
    [{}, 1],
    [{ parallelism: 3 }, 3],
    [{ parallelism: 3, completions: 2 }, 2],
  ])('of a job with %j: %d', (job, pods) => {
    const spec = { ...job, ...template({ containers }) };
    const cron = { schedule: '@daily', jobTemplate: { spec } };
    expect(part({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec })?.pods).toBe(pods);
    expect(part({ apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: cron })?.pods).toBe(pods);
  });

  it('of a StatefulSet: its replicas; of a bare pod: itself', () => {
    const spec = { replicas: 3, ...template({ containers }) };
    expect(part({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec })?.pods).toBe(3);
    expect(part({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } })?.pods).toBe(1);
  });
});

describe('a chart', () => {
  const chart = (name: string, valuesContent?: string) => ({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name, namespace: 'kube-system' },
    spec: {
      chart: `oci://charts.example/${name}`,
      ...(valuesContent === undefined ? {} : { valuesContent }),
    },
  });

  it('counts as all of its pods where its values say nothing', () => {
    expect(part(chart('cert-manager'))).toEqual({ mi: 192, pods: 3, assumed: true });
    expect(part(chart('sealed-secrets'))).toEqual({ mi: 64, pods: 1, assumed: true });
  });

  it.each([
    ['no YAML', 'a: ['],
    ['an alias bomb', `a0: &a0 [x]\n${bomb(20)}`],
    ['deep nesting', `a: ${'['.repeat(50_000)}`],
  ])('counts as if its values said nothing when they are %s', (_, values) => {
    expect(part(chart('sealed-secrets', values))?.assumed).toBe(true);
  });

  function bomb(levels: number): string {
    return Array.from(
      { length: levels },
      (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`,
    ).join('\n');
  }
});

describe('the finding', () => {
  const pods = (name: string, memory: string, cpu: string) => ({
    ...deployment({ containers: [{ name: 'a', ...requests(memory, cpu) }] }),
    metadata: { name, namespace: 'shop' },
  });

  it('names what uses most of what is short, and stands where that is', () => {
    const found = capacityViolation(capacity([pods('big', '900Mi', '100m'), pods('busy', '100Mi', '3')]));
    expect(found?.manifest.identity.name).toBe('busy');
    expect(found?.message).toMatch(
      /^does not fit s-2vcpu-4gb: 3\.30 cores of 2\.00 cores cpu .*\(Deployment\/busy 3\.00 cores, /,
    );
  });

  it('names what was counted without being stated', () => {
    const silent = (name: string) => ({ ...deployment({ containers: [{ name: 'a' }] }), metadata: { name } });
    const found = (names: readonly string[]) =>
      capacityViolation(capacity([pods('big', '3Gi', '1'), ...names.map(silent)]))?.message;
    expect(found([])).not.toContain('want of requests');
    expect(found(['a', 'b'])).toMatch(
      /; counted as 64 Mi a pod, for want of requests: Deployment\/a, Deployment\/b$/,
    );
    expect(found(['a', 'b', 'c', 'd', 'e'])).toMatch(/Deployment\/c, and 2 more$/);
  });
});
