import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import type { Cluster, Resource } from '../../capabilities/ports/cluster.ts';
import { compareOwned } from '../../generator/deploy/compare-owned.ts';
import { isMapping } from '../../generator/fields.ts';
import type { Json, JsonObject } from '../../generator/manifest.ts';
import { readManifests } from '../../generator/validate/read-manifests.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { addCustomKinds } from '../cluster/kinds.ts';
import { until } from '../support/until.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

/** Objects as Lunchbox renders them, of both environments, under names that do not meet. */
function objects(): JsonObject[] {
  return ['staging', 'prod'].flatMap((environment) => {
    const folder = `clusters/${environment}/manifests`;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') }));
    return readManifests(files).manifests.map(({ data }) => data);
  });
}

/** Every way to change an object in one place: a value changed, a field or item taken away, a list turned round. */
function* mutations(
  value: Json,
  path: readonly (string | number)[] = [],
): Iterable<{ path: string; object: Json }> {
  const entries: [string | number, Json][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isMapping(value)
      ? Object.entries(value)
      : [];
  if (Array.isArray(value) && value.length > 1)
    yield { path: `${path.join('.')} reversed`, object: value.toReversed() };
  for (const [key, inner] of entries) {
    const way = [...path, key];
    const without = Array.isArray(value)
      ? value.filter((_, index) => index !== key)
      : Object.fromEntries(Object.entries(value as JsonObject).filter(([name]) => name !== key));
    yield { path: `${way.join('.')} removed`, object: without };
    const replace = (item: Json): Json =>
      Array.isArray(value)
        ? value.map((old, index) => (index === key ? item : old))
        : { ...(value as JsonObject), [key]: item };
    if (typeof inner === 'string') yield { path: way.join('.'), object: replace(`${inner}x`) };
    if (typeof inner === 'number') yield { path: way.join('.'), object: replace(inner + 1) };
    if (typeof inner === 'boolean') yield { path: way.join('.'), object: replace(!inner) };
    for (const deeper of mutations(inner, way)) yield { path: deeper.path, object: replace(deeper.object) };
  }
}

describe.skipIf(skip)('compareOwned, held against a real Kubernetes API server (not run without Go)', () => {
  let server: ApiServer;
  let connection: Connection;
  let cluster: Cluster;
  const live = new Map<JsonObject, { resource: Resource; object: JsonObject }>();

  beforeAll(async () => {
    server = await startApiServer();
    await addCustomKinds(server);
    connection = new Connection(server.access);
    cluster = kubernetesCluster(connection);
    const all = objects();
    const namespaces = all.filter(({ kind }) => kind === 'Namespace');
    for (const desired of [...namespaces, ...all.filter(({ kind }) => kind !== 'Namespace')]) {
      let again = false;
      const resource = await until(`${desired.kind} is served`, () => {
        const asked = cluster.resource(String(desired.apiVersion), String(desired.kind), again);
        again = true;
        return asked;
      });
      live.set(desired, {
        resource,
        object: (await cluster.apply(resource, desired, { force: true })).object,
      });
    }
  });
  afterAll(async () => {
    connection?.close();
    await server?.stop();
  });

  it('finds that nothing would change, without asking', async () => {
    // The last one of each name is what is there.
    const nameOf = ({ kind, metadata }: JsonObject) => {
      const { name, namespace } = metadata as JsonObject;
      return JSON.stringify([kind, namespace, name]);
    };
    const last = new Map([...live].map(([desired, there]) => [nameOf(desired), { desired, there }]));
    const verdicts: string[] = [];
    const doubts: string[] = [];
    for (const { desired, there } of last.values()) {
      const { name = '', namespace = '' } = desired.metadata as { name?: string; namespace?: string };
      const now = await cluster.get({ resource: there.resource, namespace, name });
      const verdict = compareOwned(desired, now ?? {}, 'lunchbox');
      verdicts.push(verdict);
      if (verdict !== 'same') doubts.push(`${desired.kind}/${name}: ${verdict}`);
    }
    expect(verdicts.length).toBeGreaterThan(25);
    // A list that is replaced as a whole, into which the server has put defaults: that has to be tried.
    expect(doubts).toEqual(['StatefulSet/redis: doubt']);
  });

  it('never says that nothing changes where the server would change something', async () => {
    const wrong: string[] = [];
    let tried = 0;
    let certain = 0;
    for (const [desired, { resource, object }] of live) {
      const { name = '', namespace = '' } = desired.metadata as { name?: string; namespace?: string };
      for (const { path, object: changed } of mutations(desired)) {
        if (/^(apiVersion|kind|metadata\.(name|namespace)|metadata)( removed)?$/.test(path)) continue;
        const now = (await cluster.get({ resource, namespace, name })) ?? object;
        const verdict = compareOwned(changed as JsonObject, now, 'lunchbox');
        tried++;
        if (verdict !== 'same') {
          if (verdict === 'different') certain++;
          continue;
        }
        const after = await cluster
          .apply(resource, changed as JsonObject, { dryRun: true, force: true })
          .then((applied) => applied.object)
          .catch(() => undefined);
        // What the server refuses is no change; an equal object is none either.
        if (after && content(after) !== content(now)) wrong.push(`${desired.kind}/${name}: ${path}`);
      }
      if (tried > 1500) break;
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(1000);
    expect(certain).toBeGreaterThan(tried / 3);
  });

  it('sees what somebody else has taken over', async () => {
    const [desired, there] = [...live].find(([{ kind }]) => kind === 'ConfigMap') ?? [];
    if (!desired || !there) throw new Error('no ConfigMap');
    const { name = '', namespace = '' } = desired.metadata as { name?: string; namespace?: string };
    const [key = ''] = Object.keys(desired.data as JsonObject);
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
    const patch = JSON.stringify({ data: { [key]: 'edited' } });
    expect(
      (await server.call('PATCH', `${path}?fieldManager=kubectl-edit`, patch, 'application/merge-patch+json'))
        .status,
    ).toBe(200);
    const now = await cluster.get({ resource: there.resource, namespace, name });
    expect(compareOwned(desired, now ?? {}, 'lunchbox')).toBe('different');
    expect(compareOwned(desired, now ?? {}, 'somebody')).toBe('different');
  });
});

/** An object without what every write changes. */
function content(object: JsonObject): string {
  const { metadata, status: _, ...rest } = object;
  const { managedFields: _m, resourceVersion: _r, generation: _g, ...own } = metadata as JsonObject;
  return JSON.stringify(sorted({ ...rest, metadata: own }));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
