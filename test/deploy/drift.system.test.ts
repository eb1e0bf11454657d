import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift, NothingDelivered } from '../../capabilities/deploy/find-drift.ts';
import { driftLines, formatDrift } from '../../generator/deploy/format/drift.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('drift that a delivery would not set back (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let count = 0;
  /** An app of its own that is delivered: ConfigMaps a, b and c. */
  const fresh = async () => {
    const app = `drift-${++count}`;
    await world.deliver(
      treeOf(
        [
          `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app} }\n`,
          ...['a', 'b', 'c'].map(
            (name) =>
              `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${app} }\ndata: { x: "1", y: "1" }\n`,
          ),
        ],
        { app },
      ),
    );
    const path = (name: string) => `/api/v1/namespaces/${app}/configmaps/${name}`;
    const patch = async (name: string, manager: string, body: unknown) => {
      const { status } = await server.call(
        'PATCH',
        `${path(name)}?fieldManager=${manager}`,
        JSON.stringify(body),
        'application/merge-patch+json',
      );
      expect(status).toBe(200);
    };
    const drift = () =>
      findDrift({ app, environment: 'prod', certificate: undefined }, world.store(app), world.cluster);
    return { app, path, patch, drift };
  };

  beforeAll(async () => {
    server = await startApiServer();
    world = new World(server);
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  it('says which fields somebody else owns, with every other difference', async () => {
    const { app, patch, path, drift } = await fresh();
    await patch('a', 'terraform', { data: { x: 'theirs' } });
    await patch('a', 'kubectl-edit', { data: { y: 'by hand' } });
    await patch('b', 'kubectl-edit', { data: { x: 'by hand' } });
    await server.call('DELETE', path('c'));
    const found = await drift();
    expect(found.clean).toBe(false);
    expect(Object.fromEntries(driftLines(found).map(({ subject, lines }) => [subject, lines]))).toEqual({
      [`ConfigMap ${app}/a`]: [
        expect.stringMatching(/^data\.x: theirs → 1/),
        expect.stringMatching(/^data\.y: by hand → 1/),
        'terraform owns .data.x: no delivery takes that over unasked',
      ],
      [`ConfigMap ${app}/b`]: ['data.x: by hand → 1 (by kubectl-edit)'],
      [`ConfigMap ${app}/c`]: ['it is not there any more'],
    });
    expect(formatDrift(found, PLAIN)).toContain('sets it back once nothing stands in its way');
    expect(
      (
        await world.cluster.get({
          resource: (await world.cluster.resource('v1', 'ConfigMap')) as never,
          namespace: app,
          name: 'a',
        })
      )?.data,
    ).toEqual({ x: 'theirs', y: 'by hand' });
  });

  it('says what is being deleted, with every other difference', async () => {
    const { app, patch, path, drift } = await fresh();
    await patch('a', 'kubectl-edit', { metadata: { finalizers: ['shop.example/keep'] } });
    await server.call('DELETE', path('a'));
    await patch('b', 'kubectl-edit', { data: { x: 'by hand' } });
    const found = await drift();
    expect(driftLines(found)).toEqual([
      { subject: `ConfigMap ${app}/b`, lines: ['data.x: by hand → 1 (by kubectl-edit)'] },
      { subject: `ConfigMap ${app}/a`, lines: ['is being deleted'] },
    ]);
  });

  it('says that a namespace is being deleted, and what is gone with it', async () => {
    const { app, path, drift } = await fresh();
    await server.call('DELETE', path('a'));
    await server.call('DELETE', `/api/v1/namespaces/${app}`);
    const found = await drift();
    expect(found.clean).toBe(false);
    expect(driftLines(found)).toEqual([
      { subject: `ConfigMap ${app}/a`, lines: ['it is not there any more'] },
      { subject: `Namespace ${app}`, lines: ['is being deleted'] },
    ]);
  });

  it('tells an environment to which nothing was delivered from one that cannot be looked at', async () => {
    const looking = findDrift(
      { app: 'nowhere', environment: 'prod', certificate: undefined },
      world.store('nowhere'),
      world.cluster,
    );
    await expect(looking).rejects.toThrow(NothingDelivered);
  });
});
