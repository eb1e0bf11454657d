import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../capabilities/ports/cluster.ts';
import { liveChanges } from '../../generator/deploy/plan/live-fields.ts';
import type { JsonObject, Manifest } from '../../generator/manifest.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { kubectlProgram } from '../cluster/programs.ts';
import { completeRollouts } from '../faults/rollouts.ts';
import { until } from '../support/until.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;
const CLIENT_SIDE = 'kubectl-client-side-apply';
/** As hands make it: with more than git has by now. */
const byHand = (app: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${app}, labels: { app: web, team: old }, annotations: { note: old } }
spec:
  replicas: 0
  revisionHistoryLimit: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, extra: old } }
    spec:
      containers:
        - name: web
          image: shop:1
          imagePullPolicy: Always
          env: [{ name: FIRST, value: "1" }, { name: OLD_PASSWORD, value: old-secret-1 }, { name: LAST, value: "1" }]
          ports: [{ containerPort: 8080, name: http }, { containerPort: 9090, name: admin }]
          resources: { limits: { memory: 64Mi } }
        - { name: sidecar, image: old:1 }
      volumes: [{ name: old, emptyDir: {} }]
`;
const inGit = (app: string, image = 'shop:1') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${app}, labels: { app: web } }
spec:
  replicas: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ${image}
          env: [{ name: FIRST, value: "1" }, { name: LAST, value: "1" }]
          ports: [{ containerPort: 8080, name: http, protocol: TCP }]
`;
/** What goes, as a plan names it. */
const EXTRAS = [
  'metadata.labels.team removed',
  'metadata.annotations removed',
  'revisionHistoryLimit: 3 → 10',
  'template.metadata.labels.extra removed',
  'containers[web].imagePullPolicy: Always → IfNotPresent',
  'containers[web].env[OLD_PASSWORD] removed',
  'containers[web].ports[9090 TCP] removed',
  'containers[web].resources.limits removed',
  'containers[sidecar] removed',
  'volumes removed',
];

describe.skipIf(skip)('an object that others have made is taken over (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let rollouts: ReturnType<typeof completeRollouts>;
  let folder: string;
  let count = 0;

  const kubectl = (args: readonly string[], input: string) => {
    const { server: address, token = '' } = server.access;
    const access = ['--server', address, '--token', token, '--certificate-authority', join(folder, 'ca.crt')];
    return execFileSync(kubectlProgram(), [...access, ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { HOME: folder },
    });
  };
  /** A namespace that hands have made, and what they put there. */
  const fresh = async (made: (app: string) => string, ...args: string[]) => {
    const app = `taken-${++count}`;
    kubectl(['create', 'namespace', app], '');
    kubectl(['apply', ...args, '-f', '-'], made(app));
    await rest(app);
    return app;
  };
  /** Waits until nobody writes its status any more. */
  const rest = (app: string) =>
    until(`the Deployment of ${app} is rolled out`, async () => {
      const { metadata, status } = await live(app);
      return status?.observedGeneration === metadata.generation;
    });
  const path = (app: string) => `/apis/apps/v1/namespaces/${app}/deployments/web`;
  const live = async (app: string) => (await server.call('GET', path(app))).body;
  /** Who owns anything, but for what the server owns of status. */
  const owners = ({ metadata }: { metadata: { managedFields: JsonObject[] } }) =>
    metadata.managedFields
      .filter(({ subresource }) => subresource !== 'status')
      .map(({ manager, operation }) => `${manager} ${operation}`);
  const wishes = ({ spec, metadata: { labels, annotations } }: JsonObject & { metadata: JsonObject }) => ({
    spec,
    labels,
    annotations,
  });
  /** The Deployment as it is where nobody but us ever made it. */
  const pristine = async (image?: string) => {
    const app = `taken-${++count}`;
    kubectl(['create', 'namespace', app], '');
    await world.deliver(treeOf([inGit(app, image)], { app }));
    return wishes(await live(app));
  };
  const writesTo = (writes: readonly { verb: string; subject: string }[], app: string) =>
    writes.filter(({ subject }) => subject === `Deployment ${app}/web`).map(({ verb }) => verb);

  beforeAll(async () => {
    server = await startApiServer();
    rollouts = completeRollouts(server);
    world = new World(server);
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-take-over-'));
    writeFileSync(join(folder, 'ca.crt'), server.access.ca ?? '');
  });
  afterAll(async () => {
    await rollouts?.stop();
    world?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    { made: 'kubectl apply', args: [], manager: CLIENT_SIDE, owner: 'Update' },
    { made: 'kubectl apply --server-side', args: ['--server-side'], manager: 'kubectl', owner: 'Apply' },
    { made: 'whoever changes as helm', args: ['--field-manager=helm'], manager: 'helm', owner: 'Update' },
    {
      made: 'whoever applies as helm',
      args: ['--server-side', '--field-manager=helm'],
      manager: 'helm',
      owner: 'Apply',
    },
  ])('from $made, as the plan has shown it', async ({ args, manager, owner }) => {
    const app = await fresh(byHand, ...args);
    const before = await live(app);
    expect(owners(before)).toEqual([`${manager} ${owner}`]);
    const wanted = treeOf([inGit(app)], { app });

    const plan = await world.deliver(wanted, { takeOver: [manager], planOnly: true });
    expect(plan.writes).toEqual([]);
    expect(await live(app)).toEqual(before);
    expect(plan.text).toContain(
      `~ Deployment ${app}/web\n        takes over all that ${manager} set in it\n`,
    );
    const shown = plan.text.split('\n').map((line) => line.trim());
    expect(shown).toEqual(expect.arrayContaining(EXTRAS));
    expect(plan.text).not.toContain('old-secret');
    // What kubectl has written down of defaults is put back by the server: it is no change.
    expect(plan.outcome.plan.objects[0]?.changes).toHaveLength(EXTRAS.length);

    const { outcome, text, writes } = await world.deliver(wanted, { takeOver: [manager] });
    expect(outcome.result).toBe('delivered');
    expect(text).not.toContain('old-secret');
    expect(writesTo(writes, app)).toEqual(['patch', 'apply']);
    const after = await live(app);
    expect(wishes(after)).toEqual(await pristine());
    expect(owners(after)).toEqual(['lunchbox Apply']);

    await rest(app);
    const rested = await live(app);
    for (const takeOver of [[manager], []]) {
      const again = await world.deliver(wanted, { takeOver });
      expect(again.outcome.result).toBe('unchanged');
      expect(writesTo(again.writes, app)).toEqual([]);
    }
    expect(await live(app)).toEqual(rested);
  });

  /** A cluster in which something happens before each call of a kind that writes. */
  const before = (call: 'patch' | 'apply', happens: () => Promise<unknown>): Cluster => ({
    ...world.cluster,
    async patch(ref, steps, options) {
      if (call === 'patch' && !options?.dryRun) await happens();
      return world.cluster.patch(ref, steps, options);
    },
    async apply(resource, object, options) {
      if (call === 'apply' && !options?.dryRun && resource.kind === 'Deployment') await happens();
      return world.cluster.apply(resource, object, options);
    },
  });
  const change = (app: string, manager: string, body: JsonObject) =>
    server.call(
      'PATCH',
      `${path(app)}?fieldManager=${manager}`,
      JSON.stringify(body),
      'application/merge-patch+json',
    );

  /** Not by kubectl, which would make its own fields theirs. */
  const apply = async (app: string, manager: string, text: string) => {
    const query = `fieldManager=${manager}&force=true`;
    const { status } = await server.call(
      'PATCH',
      `${path(app)}?${query}`,
      text,
      'application/apply-patch+yaml',
    );
    expect(status).toBe(200);
  };

  it.each([{ takeOver: [CLIENT_SIDE] }, { takeOver: [] }])(
    'also where it ends between the two writes, with $takeOver the next time',
    async ({ takeOver }) => {
      const app = await fresh(byHand);
      const wanted = treeOf([inGit(app)], { app });
      const interruption = new AbortController();
      const cluster = before('apply', async () => {
        interruption.abort(new Error('ended here'));
        throw new Error('ended here');
      });
      const ended = world.deliver(
        wanted,
        { takeOver: [CLIENT_SIDE] },
        { cluster, signal: interruption.signal },
      );
      await expect(ended).rejects.toThrow('ended here');
      expect(owners(await live(app))).toEqual(['lunchbox Apply']);
      expect((await live(app)).spec.template.spec.containers).toHaveLength(2);

      expect((await world.deliver(wanted, { takeOver })).outcome.result).toBe('delivered');
      expect(wishes(await live(app))).toEqual(await pristine());
      expect(owners(await live(app))).toEqual(['lunchbox Apply']);
    },
  );

  it('again, where somebody else writes to the object at the same time', async () => {
    const app = await fresh(byHand);
    const wanted = treeOf([inGit(app)], { app });
    let times = 0;
    const cluster = before('patch', async () => {
      if (++times <= 2)
        await change(app, 'somebody', { metadata: { annotations: { times: String(times) } } });
    });
    const { outcome, writes } = await world.deliver(wanted, { takeOver: [CLIENT_SIDE] }, { cluster });
    expect(outcome.result).toBe('delivered');
    expect(writesTo(writes, app)).toEqual(['patch', 'patch', 'patch', 'apply']);
    const { annotations, ...rest } = wishes(await live(app));
    expect(annotations).toEqual({ times: '2' });
    expect(rest).toEqual({ ...(await pristine()), annotations: undefined });
    expect(owners(await live(app)).sort()).toEqual(['lunchbox Apply', 'somebody Update']);
  });

  it('not for ever, where somebody never stops to write to it', async () => {
    const app = await fresh(byHand);
    let times = 0;
    const cluster = before('patch', () =>
      change(app, 'somebody', { metadata: { annotations: { times: String(++times) } } }),
    );
    const wanted = treeOf([inGit(app)], { app });
    const { outcome, writes } = await world.deliver(wanted, { takeOver: [CLIENT_SIDE] }, { cluster });
    expect(outcome.result).toBe('failed');
    expect(outcome.problems[0]?.message).toContain(`cannot be taken over from ${CLIENT_SIDE}`);
    expect(writesTo(writes, app)).toEqual(Array.from({ length: 5 }, () => 'patch'));
    expect(owners(await live(app)).sort()).toEqual([`${CLIENT_SIDE} Update`, 'somebody Update']);
  });

  it('only as far as the plan has shown it', async () => {
    const app = await fresh(byHand);
    const more = byHand(app).replace('team: old', 'team: old, more: late');
    const cluster = before('patch', async () => kubectl(['apply', '-f', '-'], more));
    const wanted = treeOf([inGit(app)], { app });
    const { outcome } = await world.deliver(wanted, { takeOver: [CLIENT_SIDE] }, { cluster });
    expect(outcome.result).toBe('failed');
    expect(outcome.problems[0]?.message).toContain('has set more in it since the plan was made');
    expect((await live(app)).metadata.labels).toEqual({ app: 'web', team: 'old', more: 'late' });
    expect((await world.deliver(wanted, { takeOver: [CLIENT_SIDE] })).outcome.result).toBe('delivered');
    expect((await live(app)).metadata.labels).toEqual({ app: 'web' });
  });

  it('and nobody else is who was not named', async () => {
    const app = await fresh(byHand);
    const environment = [{ name: 'THEIRS', value: '1' }];
    // Beside them, inside of what they own, and the same as they own.
    await change(app, 'somebody', { metadata: { labels: { theirs: 'x', team: 'old' } } });
    await apply(
      app,
      'another',
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: app, labels: { team: 'old' } },
        spec: { template: { spec: { containers: [{ name: 'sidecar', image: 'old:1', env: environment }] } } },
      }),
    );
    await server.call(
      'PATCH',
      `${path(app)}/scale?fieldManager=${CLIENT_SIDE}`,
      JSON.stringify({ spec: { replicas: 3 } }),
      'application/merge-patch+json',
    );
    await rest(app);
    const wanted = treeOf([inGit(app).replace('  replicas: 0\n', '')], { app });
    const ofOthers = async () =>
      ((await live(app)).metadata.managedFields as JsonObject[])
        .filter(({ manager, subresource }) => subresource || manager === 'somebody' || manager === 'another')
        .map(({ time: _, ...entry }) => entry);
    const others = await ofOthers();
    expect(others.length).toBeGreaterThanOrEqual(4);

    const plan = await world.deliver(wanted, { takeOver: [CLIENT_SIDE], planOnly: true });
    expect((await world.deliver(wanted, { takeOver: [CLIENT_SIDE] })).outcome.result).toBe('delivered');
    const { metadata, spec } = await live(app);
    expect(metadata.labels).toEqual({ app: 'web', team: 'old', theirs: 'x' });
    expect(spec.replicas).toBe(3);
    expect(spec.template.spec.containers[1]).toMatchObject({
      name: 'sidecar',
      image: 'old:1',
      env: environment,
    });
    expect(spec.template.spec.containers[0].env).toHaveLength(2);
    expect(plan.text).not.toMatch(/team|sidecar|replicas|theirs/i);
    expect(await ofOthers()).toEqual(others);
  });

  it('with what does not go together with what was there, and what others added beside it', async () => {
    const app = await fresh((app) =>
      byHand(app)
        .replace('emptyDir: {}', 'configMap: { name: old }')
        .replace('name: LAST, value: "1"', 'name: LAST, value: "secret-of-old"'),
    );
    await apply(
      app,
      'another',
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: app, labels: { theirs: 'x' } },
        spec: {
          template: { spec: { containers: [{ name: 'web', env: [{ name: 'THEIRS', value: '1' }] }] } },
        },
      }),
    );
    await rest(app);
    const text = inGit(app)
      .replace(
        '{ name: LAST, value: "1" }',
        '{ name: LAST, valueFrom: { secretKeyRef: { name: a, key: b } } }',
      )
      .replace('  replicas: 0\n', '  replicas: 0\n  strategy: { type: Recreate }\n')
      .concat('      volumes: [{ name: old, secret: { secretName: new } }]\n');
    const wanted = treeOf([text], { app });
    const before = await live(app);
    const plan = await world.deliver(wanted, { takeOver: [CLIENT_SIDE], planOnly: true });
    expect(await live(app)).toEqual(before);
    expect(plan.text).toContain('containers[web].env[LAST].value removed');
    expect(plan.text).toContain('strategy.rollingUpdate removed');
    expect(plan.text).not.toMatch(/THEIRS|theirs|secret-of-old/);

    expect((await world.deliver(wanted, { takeOver: [CLIENT_SIDE] })).outcome.result).toBe('delivered');
    const after = await live(app);
    const real = liveChanges(before, after, wanted.manifests[0] as Manifest, undefined).changes;
    const names = (changes: readonly { name: string }[]) => changes.map(({ name }) => name).sort();
    expect(names(plan.outcome.plan.objects[0]?.changes ?? [])).toEqual(names(real));
    expect(after.metadata.labels).toEqual({ app: 'web', theirs: 'x' });
    expect(after.spec.template.spec.containers[0].env.map(({ name }: JsonObject) => name).sort()).toEqual([
      'FIRST',
      'LAST',
      'THEIRS',
    ]);
    expect(owners(after).sort()).toEqual(['another Apply', 'lunchbox Apply']);
    await rest(app);
    expect((await world.deliver(wanted, { takeOver: [CLIENT_SIDE] })).outcome.result).toBe('unchanged');
  });

  it('after it was delivered by force, and nothing but owners was left to change', async () => {
    const app = await fresh(byHand);
    // What deliveries did that took nothing but the fields of the tree.
    await apply(app, 'lunchbox', inGit(app));
    await rest(app);
    const wanted = treeOf([inGit(app)], { app });
    const plain = await world.deliver(wanted);
    expect(writesTo(plain.writes, app)).toEqual([]);
    expect((await live(app)).spec.template.spec.containers).toHaveLength(2);
    expect((await world.deliver(wanted, { takeOver: ['helm'] })).outcome.result).toBe('unchanged');

    const { outcome, text, writes } = await world.deliver(wanted, { takeOver: [CLIENT_SIDE] });
    expect(outcome.result).toBe('delivered');
    expect(text.split('\n').map((line) => line.trim())).toEqual(expect.arrayContaining(EXTRAS));
    expect(writesTo(writes, app)).toEqual(['patch', 'apply']);
    expect(wishes(await live(app))).toEqual(await pristine());
  });
});
