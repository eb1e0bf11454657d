import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('an object of the same name that others have made (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  beforeAll(async () => {
    server = await startApiServer();
    world = new World(server);
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  const namespace = (app: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app} }\n`;
  const config = (app: string, data = '{ x: "1" }') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: theirs, namespace: ${app} }\ndata: ${data}\n`;
  const deliver = (app: string, documents: readonly string[], takeOver: string[] = []) =>
    world.deliver(treeOf([namespace(app), ...documents], { app }), { takeOver });
  const make = async (manager: string, path: string, object: object) => {
    const { status } = await server.call('POST', `${path}?fieldManager=${manager}`, JSON.stringify(object));
    expect(status).toBe(201);
  };
  const makeNamespace = (app: string) =>
    make('kubectl-create', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: app },
    });
  const makeConfig = (app: string, data: object) =>
    make('helm', `/api/v1/namespaces/${app}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'theirs', namespace: app },
      data,
    });
  const exists = async (app: string) =>
    (await server.call('GET', `/api/v1/namespaces/${app}/configmaps/theirs`)).status === 200;

  it('is neither taken nor ever removed, also where it says the same', async () => {
    const app = 'same';
    await makeNamespace(app);
    await makeConfig(app, { x: '1' });
    await expect(deliver(app, [config(app)])).rejects.toThrow(
      'ConfigMap same/theirs is there already, and was made by helm',
    );
    // A namespace is for many, and goes only where that is allowed.
    expect((await deliver(app, [])).outcome.result).toBe('delivered');
    expect(await exists(app)).toBe(true);
  });

  it('is taken over where somebody says so, and is ours from then on', async () => {
    const app = 'taken';
    await makeNamespace(app);
    await makeConfig(app, { x: '1', old: '1' });
    const taken = await deliver(app, [config(app)], ['helm']);
    expect(taken.text).toContain('takes over all that helm set in it');
    const { body } = await server.call('GET', `/api/v1/namespaces/${app}/configmaps/theirs`);
    expect(body).toMatchObject({ data: { x: '1' } });
    expect((body as { data: object }).data).not.toHaveProperty('old');
    await deliver(app, []);
    expect(await exists(app)).toBe(false);
  });

  it('is ours when it says nothing that anybody has set', async () => {
    const app = 'nothing';
    await makeNamespace(app);
    // As the account `default` of every namespace.
    await make('somebody', `/api/v1/namespaces/${app}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: app },
    });
    const account = `apiVersion: v1
kind: ServiceAccount
metadata: { name: default, namespace: ${app} }
automountServiceAccountToken: false
`;
    expect((await deliver(app, [account])).outcome.result).toBe('delivered');
  });
});
