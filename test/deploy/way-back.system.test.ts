import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift } from '../../capabilities/deploy/find-drift.ts';
import type { DeliveryEvent } from '../../generator/deploy/events.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane/control-plane.ts';
import { hasGo } from '../cluster/programs.ts';
import { until } from '../support/until.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('the way back on a real control plane (not run without Go)', () => {
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
  const get = async (path: string) => (await plane.call('GET', path)).body;
  const send = (method: string, path: string, body: unknown) =>
    plane.call(method, path, JSON.stringify(body));
  const patch = (path: string, manager: string, body: unknown) =>
    plane.call(
      'PATCH',
      `${path}?fieldManager=${manager}`,
      JSON.stringify(body),
      'application/merge-patch+json',
    );
  /** A namespace, and an app of its own for each test. */
  const appOf = (app: string) => ({
    tree: (...documents: string[]) =>
      treeOf(
        [
          `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app}, labels: { app: ${app} } }\n`,
          ...documents,
        ],
        { app },
      ),
    deployment: (image: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${app} }
spec:
  replicas: 1
${more}  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "${image}" }] }
`,
    set: (image: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: ${app} }
spec:
  serviceName: db
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: "${image}" }] }
`,
    config: (name: string, value: string, within = app) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${within} }\ndata: { x: "${value}" }\n`,
    configMap: (name: string) => `/api/v1/namespaces/${app}/configmaps/${name}`,
    web: `/apis/apps/v1/namespaces/${app}/deployments/web`,
    image: async () =>
      (await get(`/apis/apps/v1/namespaces/${app}/deployments/web`)).spec.template.spec.containers[0].image,
    pods: async () => {
      const { items } = await get(`/api/v1/namespaces/${app}/pods?labelSelector=app%3Ddb`);
      return Object.fromEntries(
        items.map(
          (pod: { metadata: { name: string; uid: string }; spec: { containers: { image: string }[] } }) => [
            pod.metadata.name,
            { uid: pod.metadata.uid, image: pod.spec.containers[0]?.image },
          ],
        ),
      ) as Record<string, { uid: string; image: string }>;
    },
  });

  const DEADLINE = '  progressDeadlineSeconds: 8\n';

  it('does not take for its own failure what the controller said of the release before', async () => {
    const { tree, deployment, image } = appOf('gave-up');
    await world.deliver(tree(deployment('app:1', DEADLINE)));
    const { outcome, text } = await world.deliver(tree(deployment('never-ready:2', DEADLINE)));
    expect(text).toContain('ProgressDeadlineExceeded');
    expect(outcome).toMatchObject({ result: 'rolled-back', release: 1, rollbackProblems: [] });
    expect(await image()).toBe('app:1');
  });

  it('nor does a delivery that mends what did not get on', async () => {
    const { tree, deployment, config, web, image } = appOf('mends');
    const wanted = (value: string) => tree(deployment('app:1', DEADLINE), config('a', value));
    await world.deliver(wanted('1'));
    await patch(web, 'kubectl-edit', {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'never-ready:2' }] } } },
    });
    await until('the controller gives up', async () =>
      (await get(web)).status.conditions.some(
        ({ reason }: { reason: string }) => reason === 'ProgressDeadlineExceeded',
      ),
    );
    expect((await world.deliver(wanted('2'))).outcome).toMatchObject({ result: 'delivered', problems: [] });
    expect(await image()).toBe('app:1');
  });

  it.each(['db-broken-pull:2', 'db-never-ready:2'])(
    'replaces the pod that keeps a StatefulSet from going back: %s',
    async (broken) => {
      const { tree, set, pods } = appOf(broken.split(':')[0] as string);
      await world.deliver(tree(set('db:1')));
      const before = await pods();
      const { outcome } = await world.deliver(tree(set(broken)), { timeout: 45_000 });
      expect(outcome).toMatchObject({ result: 'rolled-back', rollbackProblems: [] });
      expect(outcome.warnings).toEqual([
        expect.stringMatching(/^pod db-[a-z-]+\/db-2 was deleted: StatefulSet db-[a-z-]+\/db waited for it/),
      ]);
      const after = await pods();
      expect(Object.values(after).map(({ image }) => image)).toEqual(['db:1', 'db:1', 'db:1']);
      expect([after['db-0'], after['db-1']]).toEqual([before['db-0'], before['db-1']]);
      // The set was written twice: once forward, and once back.
      expect(outcome.stages.reduce((sum, { written }) => sum + written, 0)).toBe(2);
    },
    200_000,
  );

  it('replaces it as well in a delivery that mends what nothing was before', async () => {
    const { tree, set, pods } = appOf('db-mended');
    const first = await world.deliver(tree(set('db-crash:1')));
    expect(first.outcome.result).toBe('failed');
    const { outcome } = await world.deliver(tree(set('db:2')));
    expect(outcome).toMatchObject({ result: 'delivered', problems: [] });
    expect(Object.values(await pods()).map(({ image }) => image)).toEqual(['db:2', 'db:2', 'db:2']);
  });

  /** A delivery during whose rollout something happens, once the Deployment is waited for. */
  const during = async (wanted: ReturnType<typeof treeOf>, happens: () => Promise<void>) => {
    let happening: Promise<void> | undefined;
    const events: DeliveryEvent[] = [];
    const { outcome } = await world.deliver(
      wanted,
      {},
      {
        report(event) {
          events.push(event);
          if (event.type === 'waiting') happening ??= happens();
        },
      },
    );
    await happening;
    return { outcome, events };
  };

  it('goes back with everything but what somebody else took and this release did not change', async () => {
    const { tree, deployment, config, configMap, image } = appOf('not-ours');
    await world.deliver(tree(config('shared', '1'), deployment('app:1')));
    const { outcome } = await during(
      tree(config('shared', '1'), deployment('app-broken-pull:2')),
      async () => {
        await patch(configMap('shared'), 'some-operator', { data: { x: 'theirs' } });
      },
    );
    expect(await image()).toBe('app:1');
    expect(outcome).toMatchObject({ result: 'rolled-back', release: 1, rollbackProblems: [] });
    expect(outcome.warnings).toEqual([
      expect.stringContaining('ConfigMap not-ours/shared is not ours alone: some-operator owns .data.x'),
    ]);
    expect((await get(configMap('shared'))).data).toEqual({ x: 'theirs' });
    expect((await world.store('not-ours').read()).state).toMatchObject({ current: 1, pending: undefined });
  });

  it('says what it could not put back of what the release changed, and puts back the rest', async () => {
    const { tree, deployment, config, configMap, image } = appOf('in-part');
    const definition = (kind: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${kind.toLowerCase()}s.part.example }
spec:
  group: part.example
  scope: Namespaced
  names: { kind: ${kind}, plural: ${kind.toLowerCase()}s, singular: ${kind.toLowerCase()} }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
    const custom = (kind: string, name: string, value: string) =>
      `apiVersion: part.example/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: in-part }\nx: "${value}"\n`;
    const release = (value: string, runs: string) =>
      tree(
        definition('Thing'),
        definition('Single'),
        custom('Thing', 'one', value),
        custom('Thing', 'two', value),
        custom('Single', 'alone', value),
        ...['free', 'taken', 'policed', 'ending'].map((name) => config(name, value)),
        deployment(runs),
        `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: in-part, annotations: { of: "${value}" } }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
`,
      );
    await world.deliver(release('1', 'app:1'));
    const { outcome, events } = await during(release('2', 'app-broken-pull:2'), async () => {
      await patch(configMap('taken'), 'some-operator', { data: { x: 'theirs' } });
      await patch(configMap('ending'), 'somebody', { metadata: { finalizers: ['some.example/hold'] } });
      await plane.call('DELETE', configMap('ending'));
      for (const plural of ['things', 'singles'])
        await plane.call(
          'DELETE',
          `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.part.example`,
        );
      await until('the kinds are gone', async () => {
        const there = ['things', 'singles'].map((plural) =>
          plane.call('GET', `/apis/part.example/v1/namespaces/in-part/${plural}`),
        );
        return (await Promise.all(there)).every(({ status }) => status === 404);
      });
      const policies = '/apis/admissionregistration.k8s.io/v1';
      await send('POST', `${policies}/validatingadmissionpolicies`, {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'nobody' },
        spec: {
          matchConstraints: {
            resourceRules: [
              { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['configmaps'] },
            ],
          },
          matchConditions: [{ name: 'policed', expression: "object.metadata.name == 'policed'" }],
          validations: [{ expression: 'false', message: 'nobody writes this' }],
        },
      });
      await send('POST', `${policies}/validatingadmissionpolicybindings`, {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: 'nobody' },
        spec: { policyName: 'nobody', validationActions: ['Deny'] },
      });
      await until(
        'the policy holds',
        async () =>
          (await patch(configMap('policed'), 'probe', { metadata: { labels: { a: 'b' } } })).status === 422,
      );
    });
    expect(outcome.result).toBe('failed');
    expect(await image()).toBe('app:1');
    expect((await get(configMap('free'))).data).toEqual({ x: '1' });
    const ingress = await get('/apis/networking.k8s.io/v1/namespaces/in-part/ingresses/web');
    expect(ingress.metadata.annotations).toEqual({ of: '1' });
    const problems = outcome.rollbackProblems.map(({ message }) => message).sort();
    expect(problems).toEqual([
      'ConfigMap in-part/ending is being deleted',
      'ConfigMap in-part/taken is not ours alone: some-operator owns .data.x',
      expect.stringContaining('the cluster refuses ConfigMap in-part/policed'),
      ...['Single', 'Thing', 'Thing'].map((kind) => `this cluster does not know ${kind} of part.example/v1`),
    ]);
    expect(events.filter(({ type }) => type === 'problem')).toHaveLength(1 + problems.length);
    const { state, inventory } = await world.store('in-part').read();
    expect(state).toMatchObject({ current: 1, pending: { digest: outcome.plan.digest } });
    expect(state.releases.at(-1)).toMatchObject({ number: 2, result: 'failed' });
    expect(inventory.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['free', 'taken', 'policed', 'ending', 'alone', 'web']),
    );
  });

  it('leaves custom kinds, volumes and jobs as they are when an earlier release is asked for', async () => {
    const { tree, config, configMap } = appOf('asked-for');
    const named = (kind: string, apiVersion: string, name: string, label: string) =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: asked-for, labels: { of: "${label}" } }\n`;
    const job = (name: string, image: string) =>
      `${named('Job', 'batch/v1', name, image.slice(-1))}spec: { template: { spec: { restartPolicy: Never, containers: [{ name: run, image: "${image}" }] } } }\n`;
    const claim = (name: string, label: string) =>
      `${named('PersistentVolumeClaim', 'v1', name, label)}spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n`;
    const definition = (label: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.asked.example, labels: { of: "${label}" } }
spec:
  group: asked.example
  scope: Namespaced
  names: { kind: Thing, plural: things, singular: thing }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
    const first = tree(
      config('a', '1'),
      definition('1'),
      claim('data', '1'),
      job('migrate', 'm:1'),
      job('only-then', 'm:1'),
    );
    await world.deliver(first);
    const second = tree(
      config('a', '2'),
      definition('2'),
      claim('data', '2'),
      claim('more', '2'),
      job('migrate', 'm:2'),
      job('only-now', 'm:2'),
    );
    expect((await world.deliver(second)).outcome.result).toBe('delivered');
    const jobs = '/apis/batch/v1/namespaces/asked-for/jobs';
    const names = async (path: string) =>
      (await get(path)).items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    const migrated = (await get(`${jobs}/migrate`)).metadata.uid;

    const restored = { allowOlder: true, restores: 1 };
    const plan = await world.deliver(first, { ...restored, planOnly: true });
    const { outcome, writes } = await world.deliver(first, restored);
    expect(outcome).toMatchObject({ result: 'delivered', release: 3 });
    for (const { objects } of [plan.outcome.plan, outcome.plan])
      expect(objects.filter(({ action }) => action !== 'unchanged').map(({ owned }) => owned.name)).toEqual([
        'a',
      ]);
    expect(writes.map(({ subject }) => subject).filter((subject) => !/kube-system/.test(subject))).toEqual([
      'ConfigMap asked-for/a',
    ]);
    expect((await get(configMap('a'))).data).toEqual({ x: '1' });
    expect(await names(jobs)).toEqual(['migrate', 'only-now']);
    expect((await get(`${jobs}/migrate`)).metadata.uid).toBe(migrated);
    const kept = await get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.asked.example');
    expect(kept.metadata.labels).toEqual({ of: '2' });
    const claims = '/api/v1/namespaces/asked-for/persistentvolumeclaims';
    expect((await get(`${claims}/data`)).metadata.labels).toEqual({ of: '2' });
    const { inventory, state } = await world.store('asked-for').read();
    expect(inventory.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'ConfigMap a',
      'CustomResourceDefinition things.asked.example',
      'Job migrate',
      'Job only-now',
      'Namespace asked-for',
      'PersistentVolumeClaim data',
      'PersistentVolumeClaim more',
    ]);
    expect(inventory.filter(({ uid }) => uid === undefined)).toEqual([]);
    expect(state.releases.at(-1)).toMatchObject({ number: 3, restores: 1, digest: first.digest });
    const drift = await findDrift(
      { app: 'asked-for', environment: 'prod', certificate: undefined },
      world.store('asked-for'),
      world.cluster,
    );
    expect(drift.clean).toBe(true);

    // Nor when a release after it fails.
    const third = tree(
      config('a', '3'),
      definition('2'),
      claim('data', '2'),
      claim('more', '2'),
      job('migrate', 'crash:3'),
    );
    const failed = await world.deliver(third, { timeout: 20_000 });
    expect(failed.outcome).toMatchObject({ result: 'rolled-back', release: 3 });
    const after = (await world.store('asked-for').read()).inventory.map(({ name }) => name);
    expect(after).not.toContain('only-then');
    expect((await world.deliver(first, restored)).outcome.result).toBe('unchanged');
  });

  it('runs no job again when git follows it', async () => {
    const { tree, deployment } = appOf('followed');
    const job = (image: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: followed }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: run, image: "${image}" }] } } }
`;
    const good = tree(job('m:1'), deployment('app:1'));
    await world.deliver(good);
    const { outcome } = await world.deliver(tree(job('m:2'), deployment('broken-pull:2')));
    expect(outcome.result).toBe('rolled-back');
    const path = '/apis/batch/v1/namespaces/followed/jobs/migrate';
    const { uid } = (await get(path)).metadata;
    const drift = await findDrift(
      { app: 'followed', environment: 'prod', certificate: undefined },
      world.store('followed'),
      world.cluster,
    );
    expect(drift.clean).toBe(true);
    // As merging the pull request does, which brings git back.
    expect((await world.deliver(good)).outcome.result).toBe('unchanged');
    expect((await get(path)).metadata.uid).toBe(uid);
    // What is newer is a delivery like any other.
    expect((await world.deliver(tree(job('m:3'), deployment('app:3')))).outcome.result).toBe('delivered');
    expect((await get(path)).metadata.uid).not.toBe(uid);
  });
});
