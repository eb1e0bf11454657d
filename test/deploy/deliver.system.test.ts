import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift } from '../../capabilities/deploy/find-drift.ts';
import { isWell, readStatus } from '../../capabilities/deploy/read-status.ts';
import { formatStatus } from '../../generator/deploy/format/status.ts';
import { UserError } from '../../generator/errors.ts';
import { at, items, whole } from '../../generator/fields.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { fastClock } from '../support/fast-clock.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;
const config = (name: string, within: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${within} }\ndata: ${data}\n`;
const policy = (port: number, within: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: ${within} }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress: [{ ports: [{ port: ${port}, protocol: TCP }] }]
`;
const job = (name: string, within: string, image: string, more = '') => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, namespace: ${within} }
spec:
  suspend: true
${more}  template:
    spec:
      restartPolicy: Never
      containers: [{ name: run, image: ${image} }]
`;

describe.skipIf(skip)('a delivery to a real Kubernetes API server (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let count = 0;
  /** A namespace, and an app of its own for each test. */
  const fresh = () => {
    const app = `app-${++count}`;
    const tree = (documents: string[], revision = '') =>
      treeOf([namespace(app), ...documents], { app, environment: 'prod', revision });
    return { app, tree, config: (name: string, data: string) => config(name, app, data) };
  };
  const failure = async (running: Promise<unknown>): Promise<UserError> => {
    const error = await running.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  };
  const live = async (path: string) => (await server.call('GET', path)).body;
  const patch = (path: string, manager: string, body: unknown) =>
    server.call(
      'PATCH',
      `${path}?fieldManager=${manager}`,
      JSON.stringify(body),
      'application/merge-patch+json',
    );

  beforeAll(async () => {
    server = await startApiServer();
    world = new World(server);
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  it('makes what is not there, remembers it, and then has nothing to do but hold its lease', async () => {
    const { app, tree, config } = fresh();
    const wanted = tree([config('a', '{ x: "1" }'), config('b', '{ x: "2" }')]);
    const first = await world.deliver(wanted);
    expect(first.outcome).toMatchObject({ result: 'delivered', release: 1 });
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).data).toEqual({ x: '1' });

    const again = await world.deliver(wanted);
    expect(again.outcome).toMatchObject({ result: 'unchanged', release: 1 });
    expect(new Set(again.writes.map(({ subject }) => subject))).toEqual(
      new Set([`Lease kube-system/lunchbox-${app}-prod`]),
    );
    // Version, lease, state, the files that are kept, and one for each of two kinds.
    expect(again.reads).toBe(6);
    const { state, inventory } = await world.store(app).read();
    expect(state.releases).toMatchObject([{ number: 1, digest: wanted.digest, result: 'delivered' }]);
    expect(inventory.map(({ name }) => name)).toEqual(['a', 'b', app]);
  });

  it('writes the inventory, old and new together, before anything else', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([config('old', '{ x: "1" }')]));
    const { writes, outcome } = await world.deliver(tree([config('new', '{ x: "1" }')]));
    expect(outcome.result).toBe('delivered');
    expect(writes.map(({ verb, subject }) => `${verb} ${subject}`)).toEqual([
      `replace Lease kube-system/lunchbox-${app}-prod`,
      `replace ConfigMap kube-system/lunchbox-${app}-prod`,
      `apply ConfigMap ${app}/new`,
      `delete ConfigMap ${app}/old`,
      `apply ConfigMap kube-system/lunchbox-${app}-prod.r2`,
      `replace ConfigMap kube-system/lunchbox-${app}-prod`,
      `replace Lease kube-system/lunchbox-${app}-prod`,
    ]);
  });

  it('goes on when somebody has deleted its lease', async () => {
    const { app, tree, config } = fresh();
    for (const value of ['1', '2', '3']) await world.deliver(tree([config('a', `{ x: "${value}" }`)]));
    const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/lunchbox-${app}-prod`;
    expect((await live(lease)).spec.leaseTransitions).toBe(3);
    await server.call('DELETE', lease);
    const { outcome } = await world.deliver(tree([config('a', '{ x: "4" }')]));
    expect(outcome).toMatchObject({ result: 'delivered', release: 4 });
    expect((await live(lease)).spec.leaseTransitions).toBe(4);
  });

  it('tells what changes from what somebody changed by hand, and sets that back', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([config('a', '{ x: "1", y: "1", password: "old-secret-1" }')]));
    await patch(`/api/v1/namespaces/${app}/configmaps/a`, 'kubectl-edit', { data: { y: 'by hand' } });
    const wanted = tree([config('a', '{ x: "2", y: "1", password: "new-secret-2" }')]);
    const plan = await world.deliver(wanted, { planOnly: true });
    expect(plan.writes).toEqual([]);
    expect(plan.text).toContain('1 to change, 1 drifted, 1 unchanged');
    expect(plan.text).toMatch(/data\.x: 1 → 2\n/);
    expect(plan.text).toMatch(/drift data\.y: by hand → 1 \(by kubectl-edit\)\n/);
    expect(plan.text).toContain('data.password: <hidden, old value> → <hidden, new value>');
    expect(plan.text).not.toMatch(/(?:old|new)-secret/);
    expect((await world.deliver(wanted)).outcome.result).toBe('delivered');
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).data).toMatchObject({ x: '2', y: '1' });
  });

  it('leaves alone what others add beside it', async () => {
    const { app, tree, config } = fresh();
    const wanted = tree([config('a', '{ x: "1" }')]);
    await world.deliver(wanted);
    await patch(`/api/v1/namespaces/${app}/configmaps/a`, 'someone', { data: { more: 'theirs' } });
    expect((await world.deliver(wanted)).outcome.result).toBe('unchanged');
    await world.deliver(tree([config('a', '{ x: "2" }')]));
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).data).toEqual({ x: '2', more: 'theirs' });
  });

  it('stops at fields of another controller, and says who owns what', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([config('a', '{ x: "1" }')]));
    await patch(`/api/v1/namespaces/${app}/configmaps/a`, 'some-operator', { data: { x: 'theirs' } });
    const wanted = tree([config('a', '{ x: "2" }'), config('b', '{ x: "2" }')]);
    const error = await failure(world.deliver(wanted));
    expect(error.message).toContain(`ConfigMap ${app}/a is not ours alone: some-operator owns .data.x`);
    expect(error.message).toContain('--take-over some-operator');
    expect((await live(`/api/v1/namespaces/${app}/configmaps/b`)).code).toBe(404);
    await world.deliver(wanted, { takeOver: ['some-operator'] });
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).data).toEqual({ x: '2' });
  });

  it('takes over nothing that somebody made by hand under the same name', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([]));
    const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: 'theirs' } };
    await server.call(
      'POST',
      `/api/v1/namespaces/${app}/configmaps?fieldManager=kubectl-create`,
      JSON.stringify(made),
    );
    const error = await failure(world.deliver(tree([config('a', '{ x: "1" }')])));
    expect(error.message).toContain(`ConfigMap ${app}/a is there already, and was made by kubectl-create`);
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).data).toEqual({ x: 'theirs' });
  });

  it('takes nothing from another environment', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([config('a', '{ x: "1" }')]));
    const other = treeOf([config('a', '{ x: "2" }')], { app, environment: 'staging' });
    const error = await failure(world.deliver(other));
    expect(error.message).toContain(
      `ConfigMap ${app}/a belongs to another environment, remembered in ConfigMap kube-system/lunchbox-${app}-prod`,
    );
  });

  it('does not take the memory of another app for its own, whose name with its environment is the same', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([config('a', '{ x: "1" }')]));
    const [first = '', second = ''] = app.split('-');
    const other = treeOf([config('b', '{ x: "2" }')], { app: first, environment: `${second}-prod` });
    const error = await failure(world.deliver(other));
    expect(error.message).toContain(`ConfigMap kube-system/lunchbox-${app}-prod is of ${app} prod`);
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).data).toEqual({ x: '1' });
  });

  it('removes only what it made, and nothing on which more hangs without being told to', async () => {
    const { app, tree, config } = fresh();
    const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: ${app} }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
    await world.deliver(tree([config('a', '{ x: "1" }'), claim]));
    // Somebody deletes it, and makes another one of the same name.
    await server.call('DELETE', `/api/v1/namespaces/${app}/configmaps/a`);
    const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: 'theirs' } };
    await server.call('POST', `/api/v1/namespaces/${app}/configmaps`, JSON.stringify(made));
    const error = await failure(world.deliver(tree([])));
    expect(error.message).toContain(
      `PersistentVolumeClaim ${app}/data would be removed, and its data with it`,
    );
    const { outcome } = await world.deliver(
      tree([]),
      { allowRemovals: ['PersistentVolumeClaim/data'], timeout: 1_800_000 },
      { clock: fastClock(50) },
    );
    expect(outcome.warnings).toEqual([
      `ConfigMap ${app}/a is left where it is: it was made anew by somebody else`,
      // Nobody here sees that no pod uses it.
      expect.stringContaining('it is being deleted, held by kubernetes.io/pvc-protection'),
    ]);
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).data).toEqual({ x: 'theirs' });
    const gone = await live(`/api/v1/namespaces/${app}/persistentvolumeclaims/data`);
    expect(gone.code === 404 || gone.metadata.deletionTimestamp !== undefined).toBe(true);
  });

  it('knows what it made by its uid, also where it owns no field of it', async () => {
    const { app, tree } = fresh();
    const account = `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web, namespace: ${app} }\n`;
    await world.deliver(tree([account]));
    const { outcome } = await world.deliver(tree([]));
    expect(outcome.warnings).toEqual([]);
    expect((await live(`/api/v1/namespaces/${app}/serviceaccounts/web`)).code).toBe(404);
  });

  it('makes a job anew whose template changes, and never what data hangs on', async () => {
    const { app, tree } = fresh();
    await world.deliver(tree([job('migrate', app, 'one')]));
    const { uid } = (await live(`/apis/batch/v1/namespaces/${app}/jobs/migrate`)).metadata;
    const { text } = await world.deliver(tree([job('migrate', app, 'two')]));
    expect(text).toContain(`± Job ${app}/migrate\n        spec.template cannot be changed`);
    const now = await live(`/apis/batch/v1/namespaces/${app}/jobs/migrate`);
    expect(now.metadata.uid).not.toBe(uid);
    expect(now.spec.template.spec.containers[0].image).toBe('two');
    const deployment = (label: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${app} }
spec:
  replicas: 0
  selector: { matchLabels: { app: ${label} } }
  template:
    metadata: { labels: { app: ${label} } }
    spec: { containers: [{ name: web, image: one }] }
`;
    await server.call(
      'PATCH',
      `/apis/apps/v1/namespaces/${app}/deployments/web?fieldManager=lunchbox`,
      deployment('a'),
      'application/apply-patch+yaml',
    );
    const error = await failure(world.deliver(tree([deployment('b')])));
    expect(error.message).toMatch(/Deployment app-\d+\/web cannot be changed as wanted: .*spec\.selector/);
    expect(error.message).toContain('Give the Deployment another name');
  });

  it('does not run a job again that was done and cleared away', async () => {
    const { app, tree, config } = fresh();
    const once = job('once', app, 'one', '  ttlSecondsAfterFinished: 60\n');
    const wanted = tree([once]);
    await world.deliver(wanted);
    await server.call('DELETE', `/apis/batch/v1/namespaces/${app}/jobs/once?propagationPolicy=Background`);
    expect((await world.deliver(wanted)).outcome.result).toBe('unchanged');
    await world.deliver(tree([once, config('other', '{ x: "1" }')]));
    const { objects } = await readStatus(world.store(app), world.cluster);
    expect(objects.filter(({ readiness }) => readiness.state !== 'ready')).toEqual([]);
  });

  it('runs a job that was cleared away once it is another one, and one that was never made', async () => {
    const { app, tree } = fresh();
    const clears = '  ttlSecondsAfterFinished: 60\n';
    const path = `/apis/batch/v1/namespaces/${app}/jobs/once`;
    await world.deliver(tree([job('once', app, 'one', clears)]));
    await server.call('DELETE', `${path}?propagationPolicy=Background`);
    await world.deliver(tree([job('once', app, 'two', clears)]));
    expect((await live(path)).spec.template.spec.containers[0].image).toBe('two');

    const stopped = fresh();
    const wanted = stopped.tree([job('once', stopped.app, 'one', clears)]);
    const interruption = new AbortController();
    const stop = world.deliver(
      wanted,
      {},
      {
        signal: interruption.signal,
        report: ({ type }) => type === 'applied' && interruption.abort(new Error('stop')),
      },
    );
    await expect(stop).rejects.toThrow('stop');
    await world.deliver(wanted);
    expect((await live(`/apis/batch/v1/namespaces/${stopped.app}/jobs/once`)).kind).toBe('Job');
  });

  it('tells a warning of the server once, also one that no plan could foresee', async () => {
    const { app, tree } = fresh();
    const endpoints = (label: string) =>
      `apiVersion: v1\nkind: Endpoints\nmetadata: { name: old, namespace: ${app}, labels: { of: ${label} } }\n`;
    const told = ({ text }: { text: string }) => text.match(/Endpoints is deprecated/g);
    const first = await world.deliver(tree([endpoints('one')]));
    expect(first.outcome.warnings).toEqual([expect.stringContaining('Endpoints is deprecated')]);
    expect(told(first)).toHaveLength(1);
    const second = await world.deliver(tree([endpoints('two')]));
    expect(second.outcome.warnings).toHaveLength(1);
    expect(told(second)).toHaveLength(1);
  });

  it('applies the order of a list whose items have keys', async () => {
    const { app, tree } = fresh();
    const stateful = (first: string, second: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: ${app} }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      initContainers: [{ name: ${first}, image: ${first} }, { name: ${second}, image: ${second} }]
      containers: [{ name: db, image: one }]
`;
    await world.deliver(tree([stateful('migrate', 'seed')]), { timeout: 1_000 });
    const { text } = await world.deliver(tree([stateful('seed', 'migrate')]), { planOnly: true });
    expect(text).toContain('initContainers (order)');
  });

  it('allows old and new traffic while pods are replaced, and cuts off last', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([policy(8080, app), config('a', '{ x: "1" }')]));
    const ports: number[][] = [];
    const cluster: typeof world.cluster = {
      ...world.cluster,
      async apply(resource, object, options) {
        const applied = await world.cluster.apply(resource, object, options);
        if (resource.kind === 'NetworkPolicy' && !options?.dryRun)
          ports.push(
            items(at(applied.object, 'spec', 'ingress')).flatMap(({ item }) =>
              items(item.ports).map((each) => whole(each.item.port) ?? 0),
            ),
          );
        return applied;
      },
    };
    const { writes } = await world.deliver(
      tree([policy(9090, app), config('a', '{ x: "2" }')]),
      {},
      { cluster },
    );
    expect(ports).toEqual([[8080, 9090], [9090]]);
    expect(writes.map(({ subject }) => subject).slice(2, 5)).toEqual([
      `NetworkPolicy ${app}/web`,
      `ConfigMap ${app}/a`,
      `NetworkPolicy ${app}/web`,
    ]);
  });

  it('says everything that stands in its way at once, and changes nothing', async () => {
    const { app, tree, config } = fresh();
    const service = `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: ${app} }\nspec: { ports: [{ port: 99999 }] }\n`;
    const unknown = `apiVersion: nowhere.example/v1\nkind: Thing\nmetadata: { name: t, namespace: ${app} }\n`;
    await world.deliver(tree([]));
    const error = await failure(world.deliver(tree([service, unknown, config('a', '{ x: "1" }')])));
    expect(error.problems).toHaveLength(2);
    expect(error.message).toContain(`the cluster refuses Service ${app}/web (Invalid)`);
    expect(error.message).toContain('spec.ports[0].port');
    expect(error.message).toContain('this cluster does not know Thing of nowhere.example/v1');
    expect(error.problems[0]?.place).toMatchObject({ file: 'clusters/prod/manifests/001.yaml' });
    expect((await live(`/api/v1/namespaces/${app}/configmaps/a`)).code).toBe(404);
  });

  it('delivers what was reviewed, and nothing else', async () => {
    const { tree } = fresh();
    const error = await failure(world.deliver(tree([]), { expectDigest: `sha256:${'0'.repeat(64)}` }));
    expect(error.message).toContain('not the one that was reviewed');
  });

  it('is told by status while it runs, and called unfinished only after it was stopped', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([config('a', '{ x: "1" }')]));
    const status = async () => {
      const found = await readStatus(world.store(app), world.cluster);
      return { well: isWell(found), text: formatStatus('prod', found, PLAIN) };
    };
    let during: Awaited<ReturnType<typeof status>> | undefined;
    const interruption = new AbortController();
    const cluster: typeof world.cluster = {
      ...world.cluster,
      async apply(resource, object, options) {
        const applied = await world.cluster.apply(resource, object, options);
        if (!options?.dryRun) {
          during = await status();
          interruption.abort(new Error('stopped'));
        }
        return applied;
      },
    };
    const { signal } = interruption;
    const running = world.deliver(tree([config('a', '{ x: "2" }')]), {}, { cluster, signal });
    await expect(running).rejects.toThrow('stopped');
    expect(during?.text).toMatch(/under way: delivery of .* by a test; what waits below is its own work/);
    expect(during?.text).not.toContain('unfinished');
    expect(during?.well).toBe(true);

    const { well, text } = await status();
    expect(text).toMatch(/unfinished: a delivery of no commit began .*; deliver again/);
    expect(text).not.toContain('under way');
    expect(well).toBe(false);
  });

  it('is not taken for drift while it runs, nor when it ran while somebody looked', async () => {
    const { app, tree, config } = fresh();
    await world.deliver(tree([config('a', '{ x: "1" }')]));
    const like = { app, environment: 'prod', certificate: undefined };
    const look = (cluster = world.cluster) => findDrift(like, world.store(app), cluster);
    expect((await look()).clean).toBe(true);
    let seen: unknown;
    await world.deliver(
      tree([config('a', '{ x: "2" }')]),
      {},
      {
        validate: async () => {
          seen = await failure(look());
          return [];
        },
      },
    );
    expect(String(seen)).toContain('delivery of');
    expect(String(seen)).toContain('is running: what differs now is its own work');
    let delivery: Promise<unknown> | undefined;
    const deliverFirst = async () => {
      delivery ??= world.deliver(tree([config('a', '{ x: "3" }')]));
      await delivery;
    };
    const between = await failure(
      look({
        ...world.cluster,
        list: (...args) => deliverFirst().then(() => world.cluster.list(...args)),
        get: (ref) => deliverFirst().then(() => world.cluster.get(ref)),
      }),
    );
    expect(between.message).toContain('a delivery was made meanwhile');
    expect((await look()).clean).toBe(true);
  });

  it('does not begin while another delivery runs', async () => {
    const { tree, config } = fresh();
    const wanted = tree([config('a', '{ x: "1" }')]);
    const results = await Promise.allSettled([
      world.deliver(wanted),
      world.deliver(wanted),
      world.deliver(wanted),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toContain('by a test is running');
  });
});
