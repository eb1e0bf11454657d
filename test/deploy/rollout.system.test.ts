import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane/control-plane.ts';
import { hasGo } from '../cluster/programs.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const app = (image: string, more = '') => [
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { app: shop } }\n',
  `apiVersion: v1
kind: ConfigMap
metadata: { name: config, namespace: shop }
data: { image: "${image}" }
`,
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  progressDeadlineSeconds: 30
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "${image}" }]
`,
  ...(more === '' ? [] : [more]),
];
/** What crashes says it: see `pods.yaml`. */
const SECRET = 'hunter2-topsecret';

describe.skipIf(skip)('a rollout on a real control plane (not run without Go)', () => {
  let plane: ControlPlane;
  let world: World;

  beforeAll(async () => {
    plane = await startControlPlane();
    world = new World(plane);
  });
  afterAll(async () => {
    world?.close();
    await plane?.stop();
  });
  const image = async () =>
    (await plane.call('GET', '/apis/apps/v1/namespaces/shop/deployments/web')).body.spec.template.spec
      .containers[0].image;

  it('is waited for until every pod is new', async () => {
    const { outcome, text } = await world.deliver(treeOf(app('app:1')));
    expect(text).toContain('ready     Deployment shop/web');
    expect(outcome.result).toBe('delivered');
    expect((await world.deliver(treeOf(app('app:2')))).outcome).toMatchObject({
      result: 'delivered',
      release: 2,
    });
  });

  it('tells no secret of what a container said last, neither on the way nor at the end', async () => {
    const secret = { metadata: { name: 'redis' }, stringData: { password: SECRET } };
    const made = await plane.call('POST', '/api/v1/namespaces/shop/secrets', JSON.stringify(secret));
    expect(made.status).toBe(201);
    const { outcome, events, text } = await world.deliver(treeOf(app('crash:1')));
    expect(outcome.result).toBe('rolled-back');
    const waiting = events.flatMap((event) => (event.type === 'waiting' ? event.message : []));
    expect(waiting.join('\n')).toMatch(/container web ended 5 times: exit code 1$/m);
    expect(outcome.problems[0]?.message).toMatch(/exit code 1: no login to redis as \*\*\*$/);
    for (const said of [text, JSON.stringify(events), JSON.stringify({ ...outcome, plan: undefined })])
      expect(said).not.toContain(SECRET);
  });

  it.each([
    ['broken-pull', /ImagePullBackOff|cannot be pulled|pull/],
    ['crash', /crash|CrashLoopBackOff|exit code 1/i],
    ['config-error', /secret "missing" not found/],
  ])(
    'that fails with %s is known to fail, explained, and taken back',
    async (kind, why) => {
      const broken = `app-${kind}:3`;
      const { outcome, text } = await world.deliver(
        treeOf(
          app(
            broken,
            'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: brought, namespace: shop }\ndata: { a: b }\n',
          ),
        ),
      );
      expect(outcome).toMatchObject({ result: 'rolled-back', release: 2, rollbackProblems: [] });
      expect(text).toMatch(why);
      expect(text).toContain('going back to release 2');
      expect(await image()).toBe('app:2');
      const brought = await plane.call('GET', '/api/v1/namespaces/shop/configmaps/brought');
      expect(brought.status).toBe(404);
      const { state } = await world.store().read();
      expect(state).toMatchObject({ current: 2, pending: undefined });
      expect(state.releases.at(-1)).toMatchObject({ result: 'failed' });
      // What was put back is what was delivered: nothing is left to do.
      expect((await world.deliver(treeOf(app('app:2')))).outcome.result).toBe('unchanged');
    },
    120_000,
  );

  describe('whose pods the API server refuses', () => {
    const pods = `template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "app:1" }] }`;
    const selected = `selector: { matchLabels: { app: web } }`;

    it.each([
      ['Deployment', 'apps/v1', `${selected}\n  ${pods}`],
      ['StatefulSet', 'apps/v1', `serviceName: web\n  ${selected}\n  ${pods}`],
      ['DaemonSet', 'apps/v1', `${selected}\n  ${pods}`],
      ['Job', 'batch/v1', pods.replace('spec: {', 'spec: { restartPolicy: Never,')],
    ])('is known to fail long before its time is over: %s', async (kind, apiVersion, spec) => {
      const name = `refused-${kind.toLowerCase()}`;
      const namespace = `apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { pod-security.kubernetes.io/enforce: restricted } }
`;
      const workload = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: web, namespace: ${name} }\nspec:\n  ${spec}\n`;
      const { outcome } = await world.deliver(treeOf([namespace, workload], { app: name }), {
        timeout: 120_000,
      });
      expect(outcome).toMatchObject({
        result: 'failed',
        problems: [
          {
            subject: `${kind} ${name}/web`,
            message: expect.stringMatching(/^FailedCreate: .*violates PodSecurity/),
            remedy: 'Let its pods keep to the pod security level of the namespace, or allow another.',
          },
        ],
      });
    });
  });

  it('ends by itself when pods never get ready', async () => {
    const { outcome, text } = await world.deliver(treeOf(app('never-ready:1')), { timeout: 15_000 });
    expect(text).toContain('the last good release was put back');
    expect(outcome.result).toBe('rolled-back');
    expect(await image()).toBe('app:2');
  });
});
