import { describe, expect, it } from 'vitest';
import type { RiskRule } from '../../../generator/diff/risk.ts';
import { capacity } from '../../../generator/diff/risks/capacity.ts';
import { edit, type RiskCase, testCases } from './cases.ts';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "web:1", resources: { requests: { cpu: 250m, memory: 512Mi } } }]`;
const small = { region: 'fra1', size: 's-2vcpu-4gb', nodes: 1 };

/** What the machine costs has fixtures of its own. */
const fit: RiskRule = {
  ...capacity,
  *check(context) {
    for (const hit of capacity.check(context)) if (!/a month|monthly cost/.test(hit.message)) yield hit;
  },
};

const change = (name: string, from: string, to: string, hits: string[]): RiskCase => ({
  name,
  before: WEB,
  after: edit(WEB, [from, to]),
  droplet: small,
  hits,
});
const machine = (
  name: string,
  dropletAfter: RiskCase['droplet'],
  hits: string[],
  droplet = small,
): RiskCase => ({
  name,
  before: WEB,
  after: WEB,
  droplet,
  dropletAfter,
  hits,
});

const cases: RiskCase[] = [
  change('a little more memory', 'memory: 512Mi', 'memory: 600Mi', []),
  change('more memory than there is', 'memory: 512Mi', 'memory: 2Gi', [
    'after machine: does not fit s-2vcpu-4gb: a rollout needs 7.5 GB of memory, there are 4.0 GB (before: 3.0 GB of 4.0 GB); most for Deployment/web 6.0 GB, k3s 1.5 GB',
  ]),
  change('a pod more that fits', 'replicas: 2', 'replicas: 3', []),
  change('more pods than fit', 'replicas: 2', 'replicas: 12', [
    'after machine: does not fit s-2vcpu-4gb: a rollout needs 3.95 cores, there are 2.00 cores (before: 0.95 cores of 2.00 cores); most for Deployment/web 3.75 cores, k3s 0.20 cores',
    'after machine: does not fit s-2vcpu-4gb: a rollout needs 9.0 GB of memory, there are 4.0 GB (before: 3.0 GB of 4.0 GB); most for Deployment/web 7.5 GB, k3s 1.5 GB',
  ]),
  change('more processor than there is', 'cpu: 250m', 'cpu: "1"', [
    'after machine: does not fit s-2vcpu-4gb: a rollout needs 3.20 cores, there are 2.00 cores (before: 0.95 cores of 2.00 cores); most for Deployment/web 3.00 cores, k3s 0.20 cores',
  ]),
  {
    name: 'what does not fit asks for less, but still does not fit',
    before: edit(WEB, ['memory: 512Mi', 'memory: 4Gi']),
    after: edit(WEB, ['memory: 512Mi', 'memory: 3Gi']),
    droplet: small,
    hits: [],
  },
  {
    name: 'what does not fit asks for more',
    before: edit(WEB, ['memory: 512Mi', 'memory: 3Gi']),
    after: edit(WEB, ['memory: 512Mi', 'memory: 4Gi']),
    droplet: small,
    hits: [
      'after machine: does not fit s-2vcpu-4gb: a rollout needs 13.5 GB of memory, there are 4.0 GB (before: 10.5 GB of 4.0 GB); most for Deployment/web 12.0 GB, k3s 1.5 GB',
    ],
  },
  {
    name: 'a new environment that does not fit',
    before: undefined,
    after: edit(WEB, ['memory: 512Mi', 'memory: 3Gi']),
    dropletAfter: small,
    hits: [
      'after machine: does not fit s-2vcpu-4gb: a rollout needs 10.5 GB of memory, there are 4.0 GB; most for Deployment/web 9.0 GB, k3s 1.5 GB',
    ],
  },
  { name: 'a new environment that fits', before: undefined, after: WEB, dropletAfter: small, hits: [] },
  {
    name: 'a machine that is not known',
    before: WEB,
    after: edit(WEB, ['memory: 512Mi', 'memory: 90Gi']),
    hits: [],
  },
  {
    name: 'a size that is not known',
    before: WEB,
    after: edit(WEB, ['memory: 512Mi', 'memory: 90Gi']),
    droplet: { ...small, size: 'x-1' },
    hits: [],
  },
  { name: 'the environment goes', before: WEB, after: undefined, droplet: small, hits: [] },

  machine('the same machine', { ...small }, []),
  machine('another region', { ...small, region: 'ams3' }, [
    'after machine: region fra1 -> ams3: a new droplet takes the place of the old one; address, disk and volumes stay behind',
  ]),
  machine('a larger size', { ...small, size: 's-4vcpu-8gb' }, [
    'after machine: size s-2vcpu-4gb -> s-4vcpu-8gb: the droplet is switched off while it is resized',
  ]),
  machine(
    'a smaller size that fits',
    small,
    [
      'after machine: size s-4vcpu-8gb -> s-2vcpu-4gb: a disk cannot shrink, so a smaller droplet may have to take the place of this one',
    ],
    { ...small, size: 's-4vcpu-8gb' },
  ),
  machine('a smaller size that does not fit', { ...small, size: 's-1vcpu-2gb' }, [
    'after machine: does not fit s-1vcpu-2gb: a rollout needs 3.0 GB of memory, there are 2.0 GB (before: 3.0 GB of 4.0 GB); most for Deployment/web 1.5 GB, k3s 1.5 GB',
    'after machine: size s-2vcpu-4gb -> s-1vcpu-2gb: a disk cannot shrink, so a smaller droplet may have to take the place of this one',
  ]),
  machine('a node more', { ...small, nodes: 2 }, [
    'after machine: 1 node -> 2: nodes join the cluster; local volumes stay where they are',
  ]),
  machine(
    'a node less',
    small,
    [
      'after machine: 3 nodes -> 1: pods of the nodes that go must fit the others, and their local volumes go with them',
    ],
    { ...small, nodes: 3 },
  ),
];

testCases(fit, cases);

describe('capacity', () => {
  it('names no object: it is about the machine', () => {
    expect(cases.flatMap(({ hits }) => hits).every((hit) => hit.startsWith('after machine:'))).toBe(true);
  });
});
