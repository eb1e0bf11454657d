import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Probe } from '../../../capabilities/deploy/proof/watch-users.ts';
import type { DeliveryEvent } from '../../../generator/deploy/events.ts';
import { type ApiServer, hasGo, startApiServer } from '../../cluster/api-server.ts';
import { addCustomKinds } from '../../cluster/kinds.ts';
import { fastClock } from '../../support/fast-clock.ts';
import { treeOf, World } from '../support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const CERTIFICATES = '/apis/cert-manager.io/v1/namespaces';
const ingress = (app: string, { hosts = ['a.example'], issuer = 'le', label = 'one' } = {}) =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: ${app}, labels: { of: ${label} }, annotations: { cert-manager.io/cluster-issuer: ${issuer} } }
spec:
  tls: [{ hosts: [${hosts}], secretName: web-tls }]
  rules: [${hosts.map((host) => `{ host: ${host}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }`)}]
`;

describe.skipIf(skip)('certificates of a delivery, on a real API server (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let count = 0;
  beforeAll(async () => {
    server = await startApiServer();
    await addCustomKinds(server);
    world = new World(server);
    const served = () => world.cluster.resource('cert-manager.io/v1', 'Certificate', true);
    await vi.waitFor(async () => expect(await served()).toBeDefined(), { timeout: 30_000, interval: 100 });
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  const ok = async (method: 'POST' | 'PATCH', path: string, body: unknown) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await server.call(method, path, JSON.stringify(body), type);
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  };
  /** What cert-manager does, told when to. */
  const certManager = (app: string) => {
    const path = `${CERTIFICATES}/${app}/certificates`;
    const ready = (status: 'True' | 'False', observedGeneration: number) => ({
      status: {
        conditions: [
          {
            type: 'Ready',
            status,
            reason: status === 'True' ? 'Ready' : 'DoesNotExist',
            message: status === 'True' ? 'up to date' : 'no such host yet',
            observedGeneration,
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    });
    const spec = (dnsNames: string[], name = 'le') => ({
      secretName: 'web-tls',
      dnsNames,
      issuerRef: { kind: 'ClusterIssuer', name },
    });
    return {
      async issues(status: 'True' | 'False' = 'True') {
        const made = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'web-tls' } };
        await ok('POST', path, { ...made, spec: spec(['a.example']) });
        await ok('PATCH', `${path}/web-tls/status`, ready(status, 1));
      },
      async changes(dnsNames: string[], issuer?: string) {
        await ok('PATCH', `${path}/web-tls`, { spec: spec(dnsNames, issuer) });
      },
      async isDone(generation: number) {
        await ok('PATCH', `${path}/web-tls/status`, ready('True', generation));
      },
    };
  };
  /** A delivery during which somebody acts whenever something is said of the certificate. */
  const delivery = async (
    app: string,
    documents: readonly string[],
    actions: [said: RegExp, act: () => Promise<void>][] = [],
    ports: Parameters<World['deliver']>[2] = {},
  ) => {
    const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app} }\n`;
    const heard: string[] = [];
    const acts: Promise<void>[] = [];
    const report = (event: DeliveryEvent) => {
      if (event.type !== 'waiting' || !event.subject.startsWith('Certificate')) return;
      heard.push(event.message);
      const [said, act] = actions[acts.length] ?? [];
      if (said?.test(event.message) && act) acts.push(act());
    };
    const { outcome, reads } = await world.deliver(
      treeOf([namespace, ...documents], { app }),
      { timeout: 1_800_000 },
      { report, ...ports },
    );
    await Promise.all(acts);
    return { outcome, reads, heard };
  };
  const fresh = async () => {
    const app = `cert-${++count}`;
    await ok('POST', '/api/v1/namespaces', { metadata: { name: app } });
    return { app, manager: certManager(app) };
  };

  it('count as issued only for every host that is asked for now', async () => {
    const { app, manager } = await fresh();
    await manager.issues();
    expect((await delivery(app, [ingress(app)])).outcome).toMatchObject({
      result: 'delivered',
      warnings: [],
    });
    const hosts = ['a.example', 'b.example'];
    const { outcome, heard } = await delivery(
      app,
      [ingress(app, { hosts })],
      [
        [/it is not for b\.example yet/, () => manager.changes(hosts)],
        [/has not seen the change yet/, () => manager.isDone(2)],
      ],
    );
    expect(heard).toEqual(['it is not for b.example yet', 'its controller has not seen the change yet']);
    expect(outcome).toMatchObject({ result: 'delivered', warnings: [] });
  });

  it('count as issued only by the issuer that is asked for now', async () => {
    const { app, manager } = await fresh();
    await manager.issues();
    await delivery(app, [ingress(app)]);
    const { outcome, heard } = await delivery(
      app,
      [ingress(app, { issuer: 'other' })],
      [
        [
          /of ClusterIssuer le, and not of ClusterIssuer other/,
          () => manager.changes(['a.example'], 'other'),
        ],
        [/has not seen the change yet/, () => manager.isDone(2)],
      ],
    );
    expect(heard).toHaveLength(2);
    expect(outcome).toMatchObject({ result: 'delivered', warnings: [] });
  });

  it('are told in every delivery while they are not issued, and not waited for when nothing asks anew', async () => {
    const { app, manager } = await fresh();
    await manager.issues();
    const config = (data: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: ${app} }\ndata: { x: "${data}" }\n`;
    await delivery(app, [ingress(app), config('1')]);
    await ok('PATCH', `${CERTIFICATES}/${app}/certificates/web-tls/status`, {
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'Expired',
            message: 'it ended',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    });
    const warnings = [
      expect.stringMatching(/^Certificate .*\/web-tls is not issued: Expired: it ended\. See/),
    ];
    const changed = await delivery(app, [ingress(app), config('2')]);
    expect(changed.outcome).toMatchObject({ result: 'delivered', warnings });
    const unchanged = await delivery(app, [ingress(app), config('2')]);
    expect(unchanged.outcome).toMatchObject({ result: 'unchanged', warnings });
  });

  describe('that users do not believe', () => {
    /** Without a tunnel: what users see is what is looked at. */
    const probe = (reasons: Record<string, number>): Probe => ({
      prober: {
        start: (targets) => ({
          stop: async () =>
            targets.map(({ url }) => ({
              url,
              requests: 0,
              failures: 0,
              longestGap: 0,
              reasons,
              since: undefined,
              unanswered: 40,
              down: false,
              unasked: 0,
              scarce: false,
            })),
        }),
      },
      perSecond: 20,
      maxDowntime: undefined,
    });

    it('fail no delivery where they are not issued', async () => {
      const { app, manager } = await fresh();
      await manager.issues('False');
      const ports = { clock: fastClock(50), probe: probe({ certificate: 40 }) };
      const { outcome } = await delivery(app, [ingress(app)], [], ports);
      expect(outcome).toMatchObject({ result: 'delivered', problems: [] });
      expect(outcome.warnings).toEqual([
        expect.stringMatching(/^Certificate .*\/web-tls is not issued: /),
        'https://a.example/ is not proven: its certificate is not issued yet',
      ]);
    });

    it.each([
      ['they are issued, and others are shown', 'True' as const, { certificate: 40 }],
      ['the app does not answer either', 'False' as const, { certificate: 20, 502: 20 }],
    ])('fail a delivery where %s', async (_, status, reasons) => {
      const { app, manager } = await fresh();
      await manager.issues(status);
      const ports = { clock: fastClock(50), probe: probe(reasons) };
      const { outcome } = await delivery(app, [ingress(app)], [], ports);
      expect(outcome).toMatchObject({ result: 'failed', problems: [{ subject: 'https://a.example/' }] });
    });
  });

  it('cost one read when nothing changes', async () => {
    const { app, manager } = await fresh();
    await manager.issues();
    await delivery(app, [ingress(app)]);
    const { outcome, reads } = await delivery(app, [ingress(app)]);
    expect(outcome).toMatchObject({ result: 'unchanged', warnings: [] });
    // Version, lease, state, the release's archive, one for each of two kinds, and the certificates.
    expect(reads).toBe(7);
  });
});
