import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeProber } from '../../../adapters/prober/prober.ts';
import { probeOf } from '../../../capabilities/deploy/probe-options.ts';
import type { Probe } from '../../../capabilities/deploy/proof/watch-users.ts';
import type { Cluster } from '../../../capabilities/ports/cluster.ts';
import { createKeyPair } from '../../../generator/seal/key-pair.ts';
import { type ApiServer, hasGo, startApiServer } from '../../cluster/api-server.ts';
import { fastClock } from '../../support/fast-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { treeOf, World } from '../support/world.ts';
import { type IngressServer, startIngressServer } from './ingress-server.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const HOST = 'shop.example';
const URL = `http://${HOST}/`;
/** Requests in a second: often enough that a short outage is many requests. */
const PER_SECOND = 100;

describe.skipIf(skip)('what users notice of a delivery (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let ingress: IngressServer;
  let count = 0;
  let app = '';

  beforeAll(async () => {
    server = await startApiServer();
    world = new World(server);
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    ingress = await startIngressServer();
    app = `proof-${++count}`;
  });
  afterEach(async () => {
    await ingress.stop();
  });

  /** An app whose pods nobody needs: what users get, the server on loopback says. */
  const tree = (version: string, { host = HOST, path = '/', tls = false, config = '1' } = {}) =>
    treeOf(
      [
        `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app} }\n`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config, namespace: ${app} }\ndata: { x: "${config}" }\n`,
        `apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${app} }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`,
        `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: ${app}, annotations: { version: "${version}" } }
spec:
${tls ? `  tls: [{ hosts: [${host}], secretName: tls }]\n` : ''}  rules:
    - host: ${host}
      http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`,
      ],
      { app },
    );
  const probe = (more: Partial<Probe> = {}): Probe => ({
    prober: nodeProber(),
    perSecond: PER_SECOND,
    maxDowntime: undefined,
    via: () => ({ host: '127.0.0.1', port: ingress.port }),
    ...more,
  });
  /** Delivers, and does something when the Ingress is about to be written; not when it is put back. */
  const deliver = (wanted: ReturnType<typeof tree>, asked: Probe, atIngress = async () => {}) => {
    let written = false;
    const cluster: Cluster = {
      ...world.cluster,
      async apply(resource, object, options) {
        if (resource.kind === 'Ingress' && !options?.dryRun && !written) {
          written = true;
          await atIngress();
        }
        return world.cluster.apply(resource, object, options);
      },
    };
    return world.deliver(wanted, { timeout: 1_800_000 }, { probe: asked, cluster, clock: fastClock(5) });
  };
  /** Users are served badly for some requests, and well again after them. */
  const outage = (behaviour: Parameters<IngressServer['behave']>[0]) => async () => {
    // They were served before.
    await ingress.requests(5);
    ingress.behave(behaviour);
    await ingress.requests(30);
    ingress.behave(200);
    await ingress.requests(5);
  };
  const version = async () =>
    (await server.call('GET', `/apis/networking.k8s.io/v1/namespaces/${app}/ingresses/web`)).body.metadata
      .annotations.version;

  it('is nothing when every request is answered', async () => {
    const { outcome, text } = await deliver(tree('1'), probe({ maxDowntime: 0 }), () => ingress.requests(20));
    expect(outcome).toMatchObject({ result: 'delivered', problems: [] });
    expect(outcome.downtime).toHaveLength(1);
    expect(outcome.downtime[0]).toMatchObject({ url: URL, failures: 0, reasons: {}, unanswered: 0 });
    expect(outcome.downtime[0]?.requests).toBeGreaterThanOrEqual(20);
    expect(text).toMatch(/http:\/\/shop\.example\/: \d+ requests, 0 failed, longest gap \d+ ms/);
    expect(new Set(ingress.hosts)).toEqual(new Set([HOST]));
  });

  it.each([
    ['hang up' as const, 'connection lost'],
    [502, '502'],
  ])('is counted when requests fail for a while (%s), and said', async (behaviour, reason) => {
    await deliver(tree('1'), probe());
    const { outcome, text } = await deliver(tree('2'), probe(), outage(behaviour));
    expect(outcome.result).toBe('delivered');
    const [users] = outcome.downtime;
    expect(users?.failures).toBeGreaterThanOrEqual(30);
    expect(users?.reasons).toEqual({ [reason]: users?.failures });
    expect(users?.longestGap).toBeGreaterThan(100);
    expect(users).toMatchObject({ down: false });
    expect(text).toMatch(
      new RegExp(`${users?.failures} failed \\(${users?.failures} × ${reason}\\), longest gap`),
    );
  });

  it('takes the release back when users went without answers for longer than allowed', async () => {
    await deliver(tree('1'), probe());
    const { outcome, text } = await deliver(tree('2'), probe({ maxDowntime: 100 }), outage(503));
    expect(outcome).toMatchObject({ result: 'rolled-back', release: 1, rollbackProblems: [] });
    expect(outcome.downtime).toHaveLength(1);
    expect(outcome.problems).toHaveLength(1);
    expect(outcome.problems[0]?.message).toMatch(
      /users went without an answer for \d+ ms \(\d+ of \d+ requests failed\); allowed are 100 ms/,
    );
    expect(outcome.problems[0]?.remedy).toContain('--max-downtime');
    expect(text).toContain('going back to release 1');
    expect(await version()).toBe('1');
  });

  it('is nothing at a first delivery: nobody was served before', async () => {
    ingress.behave('routeless');
    const { outcome, text } = await deliver(tree('1'), probe({ maxDowntime: 0 }), async () => {
      await ingress.requests(20);
      ingress.behave(200);
    });
    expect(outcome.result).toBe('delivered');
    expect(outcome.downtime[0]).toMatchObject({ failures: 0 });
    expect(outcome.downtime[0]?.unanswered).toBeGreaterThanOrEqual(20);
    expect(text).toContain('counted from its first good answer');
  });

  it.each([
    ['like an ingress controller without the route', 'routeless' as const, 'no route \\(404\\)'],
    ['with an error', 500, '500'],
    ['by hanging up', 'hang up' as const, 'connection lost'],
  ])('takes the release back when a host answers %s although all is ready', async (_, behaviour, reason) => {
    await deliver(tree('1'), probe());
    const { outcome, text } = await deliver(tree('2'), probe(), async () => ingress.behave(behaviour));
    expect(outcome).toMatchObject({ result: 'rolled-back', release: 1 });
    expect(outcome.problems[0]).toMatchObject({ subject: URL });
    expect(outcome.problems[0]?.message).toMatch(
      new RegExp(`(\\d+) of \\1 requests failed although everything is ready \\(${reason} \\1 times\\)`),
    );
    expect(outcome.problems[0]?.remedy).not.toBe('');
    expect(text).toContain(URL);
    expect(outcome.downtime).toHaveLength(1);
    expect(await version()).toBe('1');
  });

  it('fails a first delivery whose host nobody answers, and says that there is nothing to go back to', async () => {
    const nobody = await freePort();
    const { outcome, text } = await deliver(
      tree('1'),
      probe({ via: () => ({ host: '127.0.0.1', port: nobody }) }),
    );
    expect(outcome).toMatchObject({ result: 'failed', release: undefined });
    expect(outcome.problems[0]?.message).toMatch(/refused \d+ times/);
    expect(text).toContain('there is no earlier release to go back to');
    expect(text).toMatch(/no good answer to \d+ requests, so no downtime was measured/);
  });

  it('is proven by whatever the app itself says: 401, 404 and redirects are answers', async () => {
    for (const status of [401, 404, 302]) {
      ingress.behave(status);
      const { outcome } = await deliver(tree(String(status)), probe({ maxDowntime: 0 }));
      expect(outcome).toMatchObject({ result: 'delivered', warnings: [] });
    }
  });

  it('waits for a host that needs a moment', async () => {
    ingress.behave(503);
    const running = deliver(tree('1'), probe(), async () => {
      // Not before the proof has begun to ask.
      void ingress.requests(60).then(() => ingress.behave(200));
    });
    expect((await running).outcome.result).toBe('delivered');
  });

  it('is not proven by a look in which the line was cut: it looks again', async () => {
    const real = nodeProber();
    let looks = 0;
    /** Cut during the first two looks after everything is ready. */
    const prober: Probe['prober'] = {
      start(targets, options) {
        const probing = real.start(targets, options);
        const look = looks++;
        return {
          async stop() {
            const reports = await probing.stop();
            if (look !== 1 && look !== 2) return reports;
            return reports.map((report) => ({ ...report, requests: 0, since: undefined, unasked: 2_000 }));
          },
        };
      },
    };
    const { outcome } = await deliver(tree('1'), probe({ prober }));
    expect(outcome).toMatchObject({ result: 'delivered', problems: [] });
    expect(looks).toBe(4);
  });

  it('warns about a host whose name leads nowhere, and delivers', async () => {
    const { outcome, text } = await world.deliver(
      tree('1', { host: 'shop.invalid' }),
      {},
      { probe: { prober: nodeProber(), perSecond: 20, maxDowntime: 0 }, clock: fastClock(5) },
    );
    expect(outcome.result).toBe('delivered');
    expect(outcome.warnings).toEqual(['http://shop.invalid/ is not proven: its name leads nowhere yet']);
    expect(text).toContain('name not found');
  });

  it.each([
    ['a name server that is slow to say so', { 'name not found': 7, 'timed out': 3 }, 'delivered'],
    ['nobody who says so', { 'timed out': 10 }, 'failed'],
    ['a name that leads to somebody who refuses', { 'name not found': 7, refused: 3 }, 'failed'],
  ])('tells a host whose name leads nowhere from %s', async (_, reasons, result) => {
    const real = nodeProber();
    const prober: Probe['prober'] = {
      start(targets, options) {
        const probing = real.start(targets, options);
        return {
          async stop() {
            const reports = await probing.stop();
            return reports.map((report) => ({
              ...report,
              requests: 0,
              failures: 0,
              since: undefined,
              unanswered: 10,
              reasons,
            }));
          },
        };
      },
    };
    const { outcome } = await world.deliver(
      tree('1', { host: 'shop.invalid' }),
      {},
      { probe: { prober, perSecond: 1, maxDowntime: undefined }, clock: fastClock(50) },
    );
    expect(outcome.result).toBe(result);
  });

  it('fails all the same when another host does not answer', async () => {
    ingress.behave(500);
    const two = tree('1');
    const nameless = tree('1', { host: 'shop.invalid' }).manifests.find(
      ({ identity }) => identity.kind === 'Ingress',
    );
    const other = (nameless?.text ?? '').replace('name: web,', 'name: other,');
    const both = treeOf([...two.manifests.map(({ text }) => text), other], { app });
    const via: Probe['via'] = ({ host }) =>
      host === HOST ? { host: '127.0.0.1', port: ingress.port } : undefined;
    const { outcome } = await deliver(both, probe({ via }));
    expect(outcome.result).toBe('failed');
    expect(outcome.problems.map(({ subject }) => subject)).toContain(URL);
  });

  it('asks nobody when nothing changes', async () => {
    await deliver(tree('1'), probe());
    const asked = ingress.hosts.length;
    const { outcome } = await deliver(tree('1'), probe());
    expect(outcome).toMatchObject({ result: 'unchanged', downtime: [] });
    expect(ingress.hosts.length).toBe(asked);
  });

  it('proves hosts also when nothing but configuration changes', async () => {
    await deliver(tree('1'), probe());
    const asked = ingress.hosts.length;
    const { outcome } = await deliver(tree('1', { config: '2' }), probe());
    expect(outcome.result).toBe('delivered');
    expect(ingress.hosts.length).toBeGreaterThan(asked);
    ingress.behave(500);
    expect((await deliver(tree('1', { config: '3' }), probe())).outcome.result).toBe('rolled-back');
  });

  it('is watched from before the first object is written', async () => {
    await deliver(tree('1'), probe());
    const asked: number[] = [];
    const cluster: Cluster = {
      ...world.cluster,
      async apply(resource, object, options) {
        // Not what is remembered of the release, when nobody asks any more.
        const own = object.metadata as { namespace?: string };
        if (resource.kind === 'ConfigMap' && own.namespace === app && !options?.dryRun) {
          const before = ingress.hosts.length;
          await ingress.requests(1);
          asked.push(ingress.hosts.length - before);
        }
        return world.cluster.apply(resource, object, options);
      },
    };
    const ports = { probe: probe(), cluster, clock: fastClock(5) };
    expect((await world.deliver(tree('1', { config: '2' }), {}, ports)).outcome.result).toBe('delivered');
    expect(asked).toHaveLength(1);
  });

  it('is asked for at the path that users are led to', async () => {
    const { outcome } = await deliver(tree('1', { path: '/shop' }), probe());
    expect(outcome.downtime[0]?.url).toBe(`http://${HOST}/shop`);
  });

  it('is asked at --probe-address, over TLS whatever its certificate', async () => {
    const { privateKey: key, certificate: cert } = await createKeyPair({
      commonName: 'another.example',
      now: new Date(),
      modulusLength: 2048,
    });
    const secure = await startIngressServer({ key, cert });
    try {
      const options = { address: `127.0.0.1:${secure.port}`, maxDowntime: 0 };
      const { outcome } = await deliver(tree('1', { tls: true }), probeOf(options, undefined, nodeProber()));
      expect(outcome.result).toBe('delivered');
      expect(outcome.downtime[0]).toMatchObject({ url: `https://${HOST}/`, failures: 0 });
      expect(secure.hosts.length).toBeGreaterThan(0);
      expect(new Set(secure.hosts)).toEqual(new Set([HOST]));
    } finally {
      await secure.stop();
    }
  });

  it('stops asking when somebody interrupts', async () => {
    const interruption = new AbortController();
    const running = world.deliver(
      tree('1'),
      {},
      {
        probe: probe(),
        signal: interruption.signal,
        report: ({ type }) => void (type === 'applied' && interruption.abort(new Error('stopped'))),
      },
    );
    await expect(running).rejects.toThrow('stopped');
    const asked = ingress.hosts.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ingress.hosts.length).toBe(asked);
  });
});
