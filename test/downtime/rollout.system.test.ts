import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { nodeProber } from '../../adapters/prober/prober.ts';
import type { Cluster, KubernetesObject } from '../../capabilities/ports/cluster.ts';
import type { ProbeReport } from '../../capabilities/ports/prober.ts';
import { formatDowntime } from '../../generator/deploy/downtime.ts';
import { readinessOf } from '../../generator/deploy/readiness/index.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { addCustomKinds } from '../cluster/kinds.ts';
import { STAND_IN } from '../cluster/node/images.ts';
import { type ClusterNode, missingForPods, startNode } from '../cluster/node/node.ts';
import { startTraefik } from '../cluster/traefik/traefik.ts';
import { certificateFor } from './certificate.ts';
import { asWrittenByHand, changed, renderedTree } from './rendered-tree.ts';

const missing = [...(hasGo ? [] : ['Go']), ...missingForPods].join(', ');
const skip = missing !== '' && !process.env.LUNCHBOX_REQUIRE_ALL;
const HOSTS = { prod: 'skylunch.cloud', staging: 'staging.skylunch.cloud' };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(skip)(
  `pods that really run behind a real Traefik${missing && ` (not run without ${missing})`}`,
  () => {
    let server: ApiServer;
    let connection: Connection;
    let cluster: Cluster;
    let node: ClusterNode;
    let tunnels: Awaited<ReturnType<typeof startTraefik>>;
    let authority: string;

    beforeAll(async () => {
      server = await startApiServer();
      connection = new Connection(server.access);
      cluster = kubernetesCluster(connection);
      await addCustomKinds(server);
      node = await startNode(server);
      tunnels = await startTraefik(server, node);
      const { certificate, key } = await certificateFor(Object.values(HOSTS));
      authority = certificate;
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'skylunch' } };
      await apply(namespace);
      for (const host of Object.values(HOSTS)) {
        await apply({
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'kubernetes.io/tls',
          metadata: { namespace: 'skylunch', name: `${host.replaceAll('.', '-')}-tls` },
          stringData: { 'tls.crt': certificate, 'tls.key': key },
        });
      }
    });
    afterAll(async () => {
      connection?.close();
      await node?.stop();
      await server?.stop();
    });

    async function resourceOf({ apiVersion, kind }: KubernetesObject) {
      const found = await cluster.resource(String(apiVersion), String(kind), true);
      if (!found) throw new Error(`${apiVersion} ${kind} is not served`);
      return found;
    }

    async function apply(object: KubernetesObject): Promise<void> {
      await cluster.apply(await resourceOf(object), object);
    }

    /** Applies a Deployment, and waits until its new pods alone are left. */
    async function rollOut(deployment: KubernetesObject): Promise<void> {
      await apply(deployment);
      const resource = await resourceOf(deployment);
      const pods = await resourceOf({ apiVersion: 'v1', kind: 'Pod' });
      for (;;) {
        const live = await cluster.get({ resource, namespace: 'skylunch', name: 'web' });
        const readiness = live && readinessOf(live);
        if (readiness?.state === 'failed') throw new Error(readiness.message);
        const { items } = await cluster.list(pods, { namespace: 'skylunch' });
        const { replicas } = (live?.spec ?? {}) as { replicas?: number };
        if (readiness?.state === 'ready' && items.length === replicas) return;
        await pause(250);
      }
    }

    /** Delivers an environment, then rolls its Deployment twice while users ask, and tells how they fared. */
    async function rolledTwice(
      environment: keyof typeof HOSTS,
      shape: (deployment: KubernetesObject) => KubernetesObject = (deployment) => deployment,
    ): Promise<ProbeReport> {
      const tree = renderedTree(environment, STAND_IN);
      for (const object of tree) if (object.kind !== 'Deployment') await apply(object);
      const deployment = shape(tree.find(({ kind }) => kind === 'Deployment') ?? {});
      await rollOut(deployment);
      const url = `https://${HOSTS[environment]}/`;
      const probing = nodeProber({ ca: authority }).start([{ url, via: { socketPath: tunnels.websecure } }]);
      await pause(2_000);
      for (const value of ['first', 'second']) await rollOut(changed(deployment, value));
      // Without readiness a rollout is over before the app has opened its port.
      await pause(10_000);
      const [report] = await probing.stop();
      if (!report) throw new Error('no report');
      console.log(formatDowntime([report]).join('\n'));
      return report;
    }

    it('users notice nothing of a rollout of the rendered tree', async () => {
      const report = await rolledTwice('prod');
      expect(report).toMatchObject({ failures: 0, reasons: {}, down: false });
      expect(report.requests).toBeGreaterThan(600);
    });

    it('nor with one replica', async () => {
      const report = await rolledTwice('staging');
      expect(report).toMatchObject({ failures: 0, reasons: {}, down: false });
      expect(report.requests).toBeGreaterThan(600);
    });

    it('the same prober sees what the shape that people write by hand does to them', async () => {
      const report = await rolledTwice('prod', asWrittenByHand);
      expect(report.failures).toBeGreaterThan(10);
      // Several requests in a row. How many a machine gets through before the old pod is gone is its own affair.
      expect(report.longestGap).toBeGreaterThan(300);
      expect(report.down).toBe(false);
    });

    it('tells an app that answers from a way to it that is gone', async () => {
      const tree = renderedTree('prod', STAND_IN);
      for (const object of tree) if (object.kind !== 'Deployment') await apply(object);
      await rollOut(tree.find(({ kind }) => kind === 'Deployment') ?? {});
      const probing = nodeProber({ ca: authority }).start([
        { url: `https://${HOSTS.prod}/`, via: { socketPath: tunnels.websecure } },
        { url: `http://${HOSTS.prod}/`, via: { socketPath: tunnels.web } },
        { url: 'https://nobody.example/', via: { socketPath: tunnels.websecure }, insecure: true },
      ]);
      await pause(3_000);
      const ingress = await resourceOf({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' });
      const ref = { resource: ingress, namespace: 'skylunch', name: 'skylunch' };
      const { metadata } = ((await cluster.get(ref)) ?? {}) as { metadata?: { uid: string } };
      await cluster.delete(ref, { uid: metadata?.uid ?? '' });
      await pause(4_000);
      const reports = await probing.stop();
      console.log(formatDowntime(reports).join('\n'));
      const [secure, plain, nobody] = reports;
      // Without its Ingress, the host has neither a route nor a certificate; which goes first is Traefik's own affair.
      expect(secure?.down).toBe(true);
      expect(['certificate', 'no route (404)']).toEqual(
        expect.arrayContaining(Object.keys(secure?.reasons ?? {})),
      );
      expect(secure?.failures).toBeGreaterThan(0);
      expect(plain).toMatchObject({ failures: 0, unanswered: 0 });
      expect(nobody).toMatchObject({ reasons: { 'no route (404)': nobody?.unanswered }, since: undefined });
    });
  },
);
