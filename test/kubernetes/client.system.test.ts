import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import type { Access } from '../../adapters/kubernetes/kubeconfig.ts';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import type { Cluster, KubernetesObject, Resource, WatchEvent } from '../../capabilities/ports/cluster.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { type CutLine, cutLine } from '../cluster/cut-line.ts';
import { until } from '../support/until.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const config = (name: string, data: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

describe.skipIf(skip)('the client, asking a real Kubernetes API server (not run without Go)', () => {
  let server: ApiServer;
  let connection: Connection;
  let cluster: Cluster;
  let configMaps: Resource;

  beforeAll(async () => {
    server = await startApiServer();
    connection = new Connection(server.access);
    cluster = kubernetesCluster(connection, { first: 20 });
    configMaps = await resource('v1', 'ConfigMap');
    await cluster.apply(await resource('v1', 'Namespace'), {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default' },
    });
  });
  afterAll(async () => {
    connection?.close();
    await server?.stop();
  });

  async function resource(apiVersion: string, kind: string): Promise<Resource> {
    const found = await cluster.resource(apiVersion, kind);
    if (!found) throw new Error(`${apiVersion} ${kind} is not served`);
    return found;
  }
  const refOf = (name: string) => ({ resource: configMaps, namespace: 'default', name });
  const failure = async (promise: Promise<unknown>): Promise<ApiError> => {
    const error = await promise.then(
      () => new Error('it succeeded'),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  it('knows the version, and every kind that is served', async () => {
    expect((await cluster.server()).version).toMatch(/^v1\.\d+\.\d+/);
    expect(configMaps).toMatchObject({ plural: 'configmaps', namespaced: true });
    expect(await resource('apps/v1', 'Deployment')).toMatchObject({
      plural: 'deployments',
      namespaced: true,
    });
    expect(await resource('v1', 'Namespace')).toMatchObject({ namespaced: false });
    expect(await cluster.resource('cert-manager.io/v1', 'Certificate')).toBeUndefined();
  });

  it('applies, reads, changes and deletes an object', async () => {
    const { object } = await cluster.apply(configMaps, config('one', { a: '1' }));
    expect(object).toMatchObject({ data: { a: '1' }, metadata: { name: 'one' } });
    await cluster.apply(configMaps, config('one', { b: '2' }));
    expect((await cluster.get(refOf('one')))?.data).toEqual({ b: '2' });
    const { uid } = object.metadata as { uid: string };
    const other = '00000000-0000-0000-0000-000000000000';
    expect(await cluster.delete(refOf('one'), { uid: other })).toBe('gone');
    expect(await cluster.get(refOf('one'))).toBeDefined();
    expect(await cluster.delete(refOf('one'), { uid, dryRun: true })).toBe('deleted');
    expect(await cluster.get(refOf('one'))).toBeDefined();
    expect(await cluster.delete(refOf('one'), { uid })).toBe('deleted');
    expect(await cluster.delete(refOf('one'), { uid })).toBe('gone');
    expect(await cluster.get(refOf('one'))).toBeUndefined();
  });

  it('checks everything in a dry run, and keeps nothing', async () => {
    await cluster.apply(configMaps, config('dry'), { dryRun: true });
    expect(await cluster.get(refOf('dry'))).toBeUndefined();
  });

  it('names the field that nobody knows', async () => {
    const error = await failure(
      cluster.apply(configMaps, { ...config('odd'), daat: { a: '1' } }, { dryRun: true }),
    );
    expect(error).toMatchObject({ status: 500, transient: false });
    expect(error.message).toMatch(/^apply ConfigMap default\/odd: .*\.daat: field not declared in schema/);
  });

  it('names what another manager owns, and takes it over only when told to', async () => {
    const path = '/api/v1/namespaces/default/configmaps/owned?fieldManager=somebody';
    const body = JSON.stringify(config('owned', { a: 'theirs' }));
    expect((await server.call('PATCH', path, body, 'application/apply-patch+yaml')).status).toBe(201);
    const error = await failure(cluster.apply(configMaps, config('owned', { a: 'ours' })));
    expect(error).toMatchObject({ status: 409, reason: 'Conflict', transient: false });
    expect(error.causes).toEqual([
      { reason: 'FieldManagerConflict', field: '.data.a', message: 'conflict with "somebody"' },
    ]);
    await cluster.apply(configMaps, config('owned', { a: 'ours' }), { force: true });
    expect((await cluster.get(refOf('owned')))?.data).toEqual({ a: 'ours' });
  });

  it('tells what the server warns of', async () => {
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'old',
        namespace: 'default',
        annotations: { 'kubernetes.io/ingress.class': 'traefik' },
      },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    };
    const { warnings } = await cluster.apply(await resource('networking.k8s.io/v1', 'Ingress'), ingress, {
      dryRun: true,
    });
    expect(warnings).toEqual([expect.stringContaining('kubernetes.io/ingress.class')]);
  });

  it('sends what a custom resource holds as it is, as soon as its kind is served', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'lunches.shop.example' },
      spec: {
        group: 'shop.example',
        scope: 'Namespaced',
        names: { plural: 'lunches', singular: 'lunch', kind: 'Lunch' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
    await cluster.apply(await resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), definition);
    const lunches = await until('the kind is served', () =>
      cluster.resource('shop.example/v1', 'Lunch', true),
    );
    const spec = {
      date: '2026-01-01',
      big: 9007199254740991,
      nested: { '': [1, null, { 'k:{"a":"b"}': 'c' }] },
    };
    const lunch = {
      apiVersion: 'shop.example/v1',
      kind: 'Lunch',
      metadata: { name: 'x', namespace: 'default' },
      spec,
    };
    const { object } = await cluster.apply(lunches, lunch);
    expect(object.spec).toEqual(spec);
  });

  it('lists more objects than fit one answer, each with its kind', async () => {
    const names = Array.from({ length: 520 }, (_, index) => `many-${index}`);
    for (let at = 0; at < names.length; at += 20)
      await Promise.all(
        names.slice(at, at + 20).map((name) => {
          const object = config(name);
          object.metadata = { name, namespace: 'default', labels: { many: 'yes' } };
          return cluster.apply(configMaps, object);
        }),
      );
    const { items, resourceVersion } = await cluster.list(configMaps, { labels: 'many=yes' });
    expect(items).toHaveLength(520);
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['ConfigMap']));
    expect(Number(resourceVersion)).toBeGreaterThan(0);
    expect((await cluster.list(configMaps, { namespace: 'other' })).items).toEqual([]);
  });

  describe('over a line that is cut', () => {
    let line: CutLine;
    let far: Connection;
    let remote: Cluster;

    beforeAll(async () => {
      line = await cutLine(Number(new URL(server.access.server).port));
      far = new Connection({ ...server.access, server: `https://127.0.0.1:${line.port}` });
      remote = kubernetesCluster(far, { first: 20 });
    });
    afterAll(async () => {
      far?.close();
      await line?.close();
    });

    it('asks again', async () => {
      const results = [];
      for (let index = 0; index < 20; index++) {
        const applied = remote.apply(configMaps, config('cut', { index: String(index) }));
        setTimeout(() => line.cut(), index % 5);
        results.push((await applied).object.data);
      }
      expect(results).toEqual(Array.from({ length: 20 }, (_, index) => ({ index: String(index) })));
    });

    it('misses nothing of a watch, and tells nothing twice in the wrong order', async () => {
      const abort = new AbortController();
      const events: WatchEvent[] = [];
      const done = (async () => {
        for await (const event of remote.watch(
          configMaps,
          { namespace: 'default', labels: 'watched=yes' },
          abort.signal,
        ))
          events.push(event);
      })();
      const object = (value: number): KubernetesObject => ({
        ...config('watched', { value: String(value) }),
        metadata: { name: 'watched', namespace: 'default', labels: { watched: 'yes' } },
      });
      let uid = '';
      for (let value = 0; value < 30; value++) {
        const { object: made } = await cluster.apply(configMaps, object(value));
        uid = (made.metadata as { uid: string }).uid;
        if (value % 7 === 3) line.cut();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      line.cut();
      await cluster.delete(refOf('watched'), { uid });
      await until('its deletion is seen', () => events.at(-1)?.type === 'DELETED');
      abort.abort();
      await done;
      const values = events
        .filter(({ type }) => type !== 'DELETED')
        .map((event) => Number((event.object.data as { value: string }).value));
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(values.at(-1)).toBe(29);
      // From the first that was seen on, every one.
      expect(new Set(values).size).toBe(30 - (values[0] ?? 0));
      expect(events.filter(({ type }) => type === 'DELETED')).toHaveLength(1);
    });
  });

  it.each<[string, Partial<Access>, object, RegExp]>([
    [
      'nobody listens',
      { server: 'https://127.0.0.1:9' },
      { status: 0, reason: 'ECONNREFUSED', transient: true },
      /nothing listens/,
    ],
    [
      'the token is wrong',
      { token: 'other' },
      { status: 401, reason: 'Unauthorized', transient: false },
      /Unauthorized/,
    ],
    [
      'the authority is not named',
      { ca: undefined },
      { status: 0, transient: false },
      /nobody vouches for|authority that is not in the kubeconfig/,
    ],
  ])('says so when %s, without the token', async (_, access, details, message) => {
    const wrong = new Connection({ ...server.access, ...access });
    const error = await failure(kubernetesCluster(wrong, { tries: 2, first: 1 }).server());
    expect(error).toMatchObject(details);
    expect(error.message).toMatch(message);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('test-token');
    wrong.close();
  });
});
