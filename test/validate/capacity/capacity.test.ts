import { describe, expect, it } from 'vitest';
import { BASIC_SIZES, dropletSize } from '../../../generator/spec/droplet-sizes.ts';
import { bytesOf } from '../../../generator/spec/quantity.ts';
import { capacityOf, capacityViolation } from '../../../generator/validate/capacity/capacity.ts';
import { buildCluster } from '../../../generator/validate/cluster/cluster.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';

const MI = 2 ** 20;
const K3S = 1596e6;

function capacity(yaml: string, size = 's-2vcpu-4gb', nodes = 1) {
  const { manifests, problems } = readManifests([{ path: 'a.yaml', text: yaml }]);
  expect(problems).toEqual([]);
  const found = capacityOf(buildCluster(manifests, { nodes }), size);
  if (!found) throw new Error('unknown size');
  return found;
}

const deployment = (replicas: number, memory: string, more = '', podMore = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: ${replicas}
${more}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          resources: { requests: { cpu: 250m, memory: ${memory} } }
${podMore}
`;

const megabytes = (yaml: string) => Math.round((capacity(yaml).memory.needed - K3S) / MI);

describe('what must run at the same time', () => {
  it('counts the pods of a rollout, as its strategy says', () => {
    expect(
      megabytes(deployment(2, '512Mi', '  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }')),
    ).toBe(3 * 512);
    expect(megabytes(deployment(2, '512Mi', '  strategy: { type: Recreate }'))).toBe(2 * 512);
    expect(megabytes(deployment(4, '512Mi'))).toBe(5 * 512);
    expect(megabytes(deployment(4, '512Mi', '  strategy: { rollingUpdate: { maxSurge: 50% } }'))).toBe(
      6 * 512,
    );
    expect(megabytes(deployment(0, '512Mi'))).toBe(0);
  });

  it('takes the most that an autoscaler may choose', () => {
    const scaler =
      '---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web, namespace: shop }\nspec: { maxReplicas: 5, scaleTargetRef: { kind: Deployment, name: web } }\n';
    expect(megabytes(deployment(1, '100Mi', '  strategy: { rollingUpdate: { maxSurge: 1 } }') + scaler)).toBe(
      600,
    );
  });

  it('counts the larger of containers together and init containers one by one, and sidecars with the containers', () => {
    const init =
      '      initContainers:\n        - name: i\n          resources: { requests: { memory: 900Mi } }\n        - name: s\n          restartPolicy: Always\n          resources: { requests: { memory: 100Mi } }\n';
    expect(megabytes(deployment(1, '300Mi', '  strategy: { type: Recreate }', init))).toBe(900);
  });

  it('counts a limit as the request, an assumption for a pod without either, and each node for a DaemonSet', () => {
    const daemon = (resources: string) =>
      `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: d }\nspec:\n  template:\n    spec:\n      containers:\n        - name: d\n          resources: ${resources}\n`;
    expect(megabytes(daemon('{ limits: { memory: 200Mi } }'))).toBe(200);
    const assumed = capacity(daemon('{}'), 's-2vcpu-4gb', 3);
    expect(assumed.parts.find(({ name }) => name === 'DaemonSet/d')).toMatchObject({
      pods: 3,
      assumed: true,
      memory: 3 * 64 * MI,
    });
    expect(assumed.parts.find(({ name }) => name === 'k3s on 3 nodes')?.memory).toBe(K3S + 2 * 275e6);
  });

  it('adds up what a chart is told to ask for', () => {
    const chart =
      'apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: { name: cert-manager, namespace: kube-system }\nspec:\n  valuesContent: |\n    resources: { requests: { memory: 96Mi } }\n    webhook:\n      resources:\n        requests:\n          memory: 48Mi\n';
    expect(megabytes(chart)).toBe(144);
  });
});

describe('what does not fit', () => {
  const violation = (yaml: string, size?: string) => capacityViolation(capacity(yaml, size));

  it('is an error that names the users and the smallest size that holds it', () => {
    expect(violation(deployment(6, '512Mi'))).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(
        /^does not fit s-2vcpu-4gb: 5\.5 GB of 4\.0 GB memory while a rollout runs \(Deployment\/web 4\.0 GB, k3s 1\.5 GB/,
      ),
      fix: expect.stringContaining('s-4vcpu-8gb'),
    });
  });

  it('is a warning above nine tenths, and nothing below', () => {
    expect(violation(deployment(3, '560Mi'))).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('hardly fits'),
    });
    expect(violation(deployment(2, '512Mi'))).toBeUndefined();
  });

  it('may also be processor time', () => {
    expect(violation(deployment(9, '10Mi'))?.message).toMatch(/cores of 2\.00 cores cpu/);
  });
});

describe('sizes and quantities', () => {
  it.each([
    ['s-1vcpu-512mb-10gb', 1, 512 * MI],
    ['s-2vcpu-4gb', 2, 4096 * MI],
    ['s-2vcpu-4gb-amd', 2, 4096 * MI],
    ['g-4vcpu-16gb', 4, 16384 * MI],
    ['m-2vcpu-16gb', 2, 16384 * MI],
    ['c-4', 4, 8192 * MI],
    ['c2-8vcpu-16gb', 8, 16384 * MI],
  ])('%s has %d vCPUs and %d bytes', (slug, vcpus, memoryBytes) => {
    expect(dropletSize(slug)).toEqual({ slug, vcpus, memoryBytes });
  });

  it('knows its own basic sizes, and no others', () => {
    for (const slug of BASIC_SIZES) expect(dropletSize(slug)).toBeDefined();
    for (const slug of ['', 's-2vcpu', 't-2vcpu-4gb', 's-2vcpu-4gbx', '../s-2vcpu-4gb'])
      expect(dropletSize(slug)).toBeUndefined();
  });

  it.each([
    ['512Mi', 512 * MI],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['250m', 0.25],
    ['2', 2],
    ['1e3', 1000],
    ['1k', 1000],
    ['.5Gi', 2 ** 29],
    ['500u', 5e-4],
    ['250000000n', 0.25],
    ['1E', 1e18],
    ['1E3', 1000],
    ['5e-1', 0.5],
    ['2Pi', 2 ** 51],
    ['1Ei', 2 ** 60],
  ])('%s is %d', (quantity, expected) => {
    expect(bytesOf(quantity)).toBeCloseTo(expected, 9);
  });

  it.each(['', 'Mi', '1 Gi', '1gb', '1K', '-1', '1e', '0x1'])('%j is no quantity', (quantity) => {
    expect(() => bytesOf(quantity)).toThrow(RangeError);
  });
});
