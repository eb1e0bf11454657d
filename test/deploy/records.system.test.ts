import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift } from '../../capabilities/deploy/find-drift.ts';
import { readStatus } from '../../capabilities/deploy/read-status.ts';
import { formatDrift } from '../../generator/deploy/format/drift.ts';
import { formatInventory } from '../../generator/deploy/inventory.ts';
import { UserError } from '../../generator/errors.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const CONFIG_MAPS = '/api/v1/namespaces/kube-system/configmaps';

describe.skipIf(skip)('what a cluster remembers, damaged or lost (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let count = 0;
  /** An app of its own with three releases, and its memory. */
  const fresh = async () => {
    const app = `kept-${++count}`;
    const tree = (value: string, more = '') =>
      treeOf(
        [
          `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app} }\n`,
          `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: ${app} }\ndata: { x: "${value}" }\n`,
          ...(more === '' ? [] : [more]),
        ],
        { app },
      );
    for (const value of ['1', '2', '3']) await world.deliver(tree(value));
    const record = `${CONFIG_MAPS}/lunchbox-${app}-prod`;
    const data = async () => (await server.call('GET', record)).body.data as Record<string, string>;
    const patch = (changed: Record<string, string | null>) =>
      server.call('PATCH', record, JSON.stringify({ data: changed }), 'application/merge-patch+json');
    const archives = async () => {
      const { body } = await server.call('GET', CONFIG_MAPS);
      const names: string[] = body.items.map((each: { metadata: { name: string } }) => each.metadata.name);
      return names.flatMap((name) => name.split(`lunchbox-${app}-prod.`)[1] ?? []).sort();
    };
    const like = { app, environment: 'prod', certificate: undefined };
    return { app, tree, record, data, patch, archives, like, store: () => world.store(app) };
  };
  type Fresh = Awaited<ReturnType<typeof fresh>>;
  const failure = async (running: Promise<unknown>): Promise<UserError> => {
    const error = await running.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  };
  /** Nobody reads it as something else, and nobody writes over it. */
  const isRefused = async ({ tree, store, like, archives }: Fresh, why: string) => {
    const kept = await archives();
    for (const use of [
      () => store().read(),
      () => readStatus(store(), world.cluster),
      () => findDrift(like, store(), world.cluster),
      () => world.deliver(tree('4')),
      () => world.deliver(tree('3')),
    ])
      expect((await failure(use())).message).toContain(why);
    expect(await archives()).toEqual(kept);
  };

  beforeAll(async () => {
    server = await startApiServer();
    world = new World(server);
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  it('half a release is damage, which nothing is written over', async () => {
    const app = await fresh();
    const { state = '' } = await app.data();
    const half = JSON.parse(state);
    delete half.releases[1].revision;
    await app.patch({ state: JSON.stringify(half) });
    const before = await app.data();
    await isRefused(app, `lunchbox-${app.app}-prod is damaged: \`releases[1].revision\` is no text`);
    expect(await app.data()).toEqual(before);
    expect(await app.archives()).toEqual(['r1', 'r2', 'r3']);
    await app.patch({ state });
    expect((await world.deliver(app.tree('4'))).outcome).toMatchObject({ result: 'delivered', release: 4 });
  });

  it.each(['state', 'inventory'])('%s that is missing is damage', async (key) => {
    const app = await fresh();
    await app.patch({ [key]: null });
    await isRefused(app, `ConfigMap kube-system/lunchbox-${app.app}-prod is damaged: \`${key}\` is missing`);
  });

  it('a fence that is no number is damage, not another delivery', async () => {
    const app = await fresh();
    await app.patch({ fence: 'three' });
    await isRefused(app, '`fence` is no whole number');
  });

  it('a history that begins anew, as the remedy says, loses neither inventory nor files', async () => {
    const app = await fresh();
    await app.patch({ state: '{' });
    const { problems } = await failure(app.store().read());
    expect(problems[0]?.remedy).toContain('{"format":1,"releases":[]}');
    await app.patch({ state: '{"format":1,"releases":[]}' });
    const inventory = formatInventory((await app.store().read()).inventory);
    const { outcome } = await world.deliver(app.tree('3'));
    expect(outcome).toMatchObject({ result: 'delivered', release: 4 });
    expect(await app.archives()).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(formatInventory((await app.store().read()).inventory)).toBe(inventory);
    for (const value of ['4', '5', '6', '7', '8', '9']) await world.deliver(app.tree(value));
    expect(await app.archives()).toEqual(['r1', 'r10', 'r2', 'r3', 'r6', 'r7', 'r8', 'r9']);
  });

  it('files of releases without the record of them are damage, too', async () => {
    const app = await fresh();
    await server.call('DELETE', app.record);
    await isRefused(app, `ConfigMap kube-system/lunchbox-${app.app}-prod is lost`);
    const { problems } = await failure(app.store().read());
    expect(problems[0]?.remedy).toContain('backup');
    // What the last resort of the remedy makes.
    await server.call(
      'POST',
      CONFIG_MAPS,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `lunchbox-${app.app}-prod` },
        data: { state: '{"format":1,"releases":[]}', inventory: '' },
      }),
    );
    expect((await world.deliver(app.tree('4'))).outcome).toMatchObject({ result: 'delivered', release: 4 });
    expect(await app.archives()).toEqual(['r1', 'r2', 'r3', 'r4']);
  });

  it('a delivery that ended between files and record leaves nothing behind', async () => {
    const app = await fresh();
    const interruption = new AbortController();
    const cluster: typeof world.cluster = {
      ...world.cluster,
      async apply(resource, object, options) {
        const applied = await world.cluster.apply(resource, object, options);
        const { name } = object.metadata as { name: string };
        if (name.endsWith('.r4')) throw new Error('killed');
        return applied;
      },
    };
    await expect(world.deliver(app.tree('4'), {}, { cluster, signal: interruption.signal })).rejects.toThrow(
      'killed',
    );
    expect(await app.archives()).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect((await world.deliver(app.tree('5'))).outcome).toMatchObject({ result: 'delivered', release: 4 });
    expect(await app.archives()).toEqual(['r1', 'r2', 'r3', 'r4']);
  });

  it.each([
    ['lost', (archive: string) => server.call('DELETE', archive)],
    [
      'damaged',
      (archive: string) =>
        server.call('PATCH', archive, '{"data":{"files":"AAAA"}}', 'application/merge-patch+json'),
    ],
    [
      'in a number of parts that there are not',
      (archive: string) =>
        server.call('PATCH', archive, '{"data":{"parts":"many"}}', 'application/merge-patch+json'),
    ],
  ])('files of the release that runs that are %s keep nobody from going on', async (_, spoil) => {
    const app = await fresh();
    const live = `/api/v1/namespaces/${app.app}/configmaps/a`;
    const archive = `${app.record}.r3`;
    const byHand = () =>
      server.call(
        'PATCH',
        `${live}?fieldManager=kubectl-edit`,
        '{"data":{"x":"by hand"}}',
        'application/merge-patch+json',
      );
    await spoil(archive);

    // Kept again by the next delivery of the same tree, though nothing changes.
    const again = await world.deliver(app.tree('3'));
    expect(again.outcome).toMatchObject({ result: 'unchanged', release: 3 });
    expect(again.outcome.warnings).toEqual([
      expect.stringMatching(/^the files of release 3 .*; they were kept again$/),
    ]);
    expect((await app.store().filesOf(3)).map(({ path }) => path)).toEqual([
      'clusters/prod/manifests/000.yaml',
      'clusters/prod/manifests/001.yaml',
    ]);
    expect((await world.deliver(app.tree('3'))).outcome.warnings).toEqual([]);

    await spoil(archive);
    await byHand();
    // Without them nobody can say what differs in the fields; what is not there can still be said.
    const about = await findDrift(app.like, app.store(), world.cluster);
    expect(about).toMatchObject({ release: { number: 3 }, clean: false, plan: { objects: [] } });
    expect(formatDrift(about, PLAIN)).toMatch(
      /ConfigMap kube-system\/lunchbox-.*-prod\n {6}the files of release 3 are .* deliver the same commit again/,
    );
    // The tree is the one of the release: no files are needed to tell drift from change.
    const same = await world.deliver(app.tree('3'), { planOnly: true });
    expect(same.text).toContain('drift data.x: by hand → 3');
    expect(same.text).not.toContain('the files of release');
    await server.call('DELETE', live);
    const gone = await findDrift(app.like, app.store(), world.cluster);
    expect(formatDrift(gone, PLAIN)).toContain(`ConfigMap ${app.app}/a\n      it is not there any more`);

    expect((await world.deliver(app.tree('3'))).outcome).toMatchObject({ result: 'delivered', release: 4 });
    await spoil(`${app.record}.r4`);
    await byHand();
    const next = await world.deliver(app.tree('4'));
    expect(next.outcome).toMatchObject({ result: 'delivered', release: 5 });
    expect(next.text).toContain('data.x: by hand → 4');
    expect(next.outcome.warnings).toEqual([
      expect.stringContaining('what was changed by hand is taken for a change'),
    ]);
    expect((await findDrift(app.like, app.store(), world.cluster)).clean).toBe(true);
  });
});
