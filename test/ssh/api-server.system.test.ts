import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { readKubeconfig } from '../../adapters/kubernetes/kubeconfig.ts';
import { openTunnel } from '../../adapters/ssh/tunnel.ts';
import type { KubernetesObject, WatchEvent } from '../../capabilities/ports/cluster.ts';
import type { Tunnel } from '../../capabilities/ports/tunnel.ts';
import { authorizedKey, tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { freePort } from '../support/free-port.ts';
import { type Droplet, startDroplet } from './droplet.ts';
import { hasOpenSsh, type Sshd, startSshd } from './sshd.ts';

const skip = !(hasGo && hasOpenSsh) && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('a real API server behind a real sshd (not run without Go and OpenSSH)', () => {
  let server: ApiServer;
  let droplet: Droplet;
  let sshd: Sshd;
  let tunnel: Tunnel;
  let connection: Connection;

  beforeAll(async () => {
    server = await startApiServer();
    droplet = await startDroplet();
    const kubeconfig = join(droplet.folder, 'k3s.yaml');
    // As k3s writes it: its own loopback, its own authority, an administrator.
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          {
            name: 'default',
            cluster: {
              server: 'https://127.0.0.1:6443',
              'certificate-authority-data': Buffer.from(server.access.ca ?? '').toString('base64'),
            },
          },
        ],
        users: [{ name: 'default', user: { token: server.access.token } }],
        contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
        'current-context': 'default',
      }),
    );
    const ports = {
      apiPort: Number(new URL(server.access.server).port),
      httpsPort: 443,
      httpPort: await freePort(),
    };
    sshd = await startSshd(authorizedKey(droplet.key.publicKey, { kubeconfig, ...ports }), {
      config: tunnelSshdConfig(),
    });
    const knownHosts = { file: 'known_hosts', text: sshd.knownHosts };
    tunnel = await openTunnel(
      droplet.request({ port: sshd.port, knownHosts, ...ports, reconnects: 3, tries: 4 }),
      {
        first: 50,
      },
    );
    const access = readKubeconfig('the kubeconfig of the droplet', tunnel.kubeconfig);
    connection = new Connection({ ...access, socketPath: tunnel.apiSocket });
  });
  afterAll(async () => {
    connection?.close();
    await tunnel?.close();
    await sshd?.stop();
    await droplet?.stop();
    await server?.stop();
  });

  it('says its version, and goes on saying it after the line was cut', async () => {
    const cluster = kubernetesCluster(connection, { first: 100, tries: 8 });
    expect((await cluster.server()).version).toMatch(/^v1\.\d+\.\d+/);
    for (let turn = 0; turn < 2; turn++) {
      expect(sshd.cut()).toBe(1);
      expect((await cluster.server()).version).toMatch(/^v1\.\d+\.\d+/);
    }
    expect(tunnel.lost.aborted).toBe(false);
  });

  it('a watch misses nothing of what happened while the line was cut', async () => {
    const cluster = kubernetesCluster(connection, { first: 100, tries: 8 });
    const configMaps = await cluster.resource('v1', 'ConfigMap');
    const namespaces = await cluster.resource('v1', 'Namespace');
    if (!configMaps || !namespaces) throw new Error('the API server serves no ConfigMaps');
    const object = (kind: string, metadata: Record<string, string>): KubernetesObject => ({
      apiVersion: 'v1',
      kind,
      metadata,
    });
    await cluster.apply(namespaces, object('Namespace', { name: 'through' }));
    const stop = new AbortController();
    const seen: string[] = [];
    const arrivals = new Map<string, () => void>();
    const arrived = (name: string) =>
      seen.includes(name) ? Promise.resolve() : new Promise<void>((resolve) => arrivals.set(name, resolve));
    const watching = (async () => {
      const events: AsyncIterable<WatchEvent> = cluster.watch(
        configMaps,
        { namespace: 'through' },
        stop.signal,
      );
      for await (const { object } of events) {
        const { name } = object.metadata as { name: string };
        seen.push(name);
        arrivals.get(name)?.();
      }
    })();
    const make = async (name: string) => {
      // Not through the tunnel: this happens whether it stands or not.
      const path = '/api/v1/namespaces/through/configmaps';
      const { status } = await server.call('POST', path, JSON.stringify({ metadata: { name } }));
      expect(status).toBe(201);
    };
    await make('before');
    await arrived('before');
    expect(sshd.cut()).toBe(1);
    await make('meanwhile');
    await arrived('meanwhile');
    await make('after');
    await arrived('after');
    stop.abort();
    await watching;
    expect(seen).toEqual(['before', 'meanwhile', 'after']);
    expect(tunnel.lost.aborted).toBe(false);
  });
});
