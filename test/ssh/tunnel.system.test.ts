import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { openTunnel } from '../../adapters/ssh/tunnel.ts';
import type { Tunnel, TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { type Droplet, KUBECONFIG, SECRET, sshProcesses, startDroplet } from './droplet.ts';
import { hasOpenSsh } from './sshd.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('the tunnel, through a real sshd (not run without OpenSSH)', () => {
  let droplet: Droplet;
  const tunnels: Tunnel[] = [];

  beforeAll(async () => {
    droplet = await startDroplet();
  });
  afterEach(async () => {
    for (const tunnel of tunnels.splice(0)) await tunnel.close();
  });
  afterAll(() => droplet?.stop());

  const opened = async (more?: Partial<TunnelRequest>): Promise<Tunnel> => {
    const tunnel = await openTunnel(droplet.request(more));
    tunnels.push(tunnel);
    return tunnel;
  };
  const ask = async (socketPath: string, ca: string, server = 'https://127.0.0.1:6443') => {
    const connection = new Connection({ server, ca, socketPath });
    try {
      return (await connection.send({ method: 'GET', path: '/', what: 'ask' })).text;
    } finally {
      connection.close();
    }
  };

  it('returns the kubeconfig, and carries the API server and the ingress', async () => {
    const tunnel = await opened();
    expect(tunnel.kubeconfig).toBe(KUBECONFIG);
    expect(await ask(tunnel.apiSocket, droplet.api.ca)).toBe('the API');
    expect(await ask(tunnel.httpsSocket, droplet.https.ca)).toBe('the ingress');
    expect(tunnel.lost.aborted).toBe(false);
  });

  it('still checks for whom the certificate of the API server is', async () => {
    const { apiSocket } = await opened();
    await expect(ask(apiSocket, droplet.https.ca)).rejects.toThrow(/nobody vouches for|authority/);
    await expect(ask(apiSocket, droplet.api.ca, 'https://127.0.0.2:6443')).rejects.toThrow(
      'for another name',
    );
  });

  it('keeps what it needs from other users, and leaves nothing behind', async () => {
    const tunnel = await opened({ key: { text: droplet.key.text } });
    const folder = dirname(tunnel.apiSocket);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder).sort();
    // The key was there only while ssh logged in.
    expect(names).toEqual(['api.sock', 'http.sock', 'https.sock', 'known_hosts']);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    const [ssh] = sshProcesses();
    const seen = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${ssh}/${file}`, 'latin1')).join();
    expect(seen).toContain('LC_ALL=C');
    for (const line of droplet.key.text.split('\n').slice(1, 4)) expect(seen).not.toContain(line);
    expect(seen).not.toContain(SECRET);
    await tunnel.close();
    await tunnel.close();
    expect(() => statSync(folder)).toThrow('ENOENT');
    expect(sshProcesses()).toEqual([]);
    expect(tunnel.lost.aborted).toBe(false);
  });

  it('gives no variable of this process to ssh but the few that it needs', async () => {
    process.env.LUNCHBOX_TEST_SECRET = 'hidden';
    try {
      await opened();
      const [ssh] = sshProcesses();
      expect(readFileSync(`/proc/${ssh}/environ`, 'latin1')).not.toContain('hidden');
    } finally {
      delete process.env.LUNCHBOX_TEST_SECRET;
    }
  });

  it('takes a key as it comes out of a secret: other line ends, none at the end, blanks around it', async () => {
    const text = `\uFEFF\r\n${droplet.key.text.trimEnd().replaceAll('\n', ' \r\n')}  `;
    expect((await opened({ key: { text } })).kubeconfig).toBe(KUBECONFIG);
  });

  it('finds the host by the name that the pinned file has for it', async () => {
    const text = `droplet.example ${droplet.sshd.hostKey.publicKey}\n`;
    const knownHosts = { file: 'known_hosts', text };
    const tunnel = await opened({ knownHosts, hostKeyAlias: 'droplet.example' });
    expect(tunnel.kubeconfig).toBe(KUBECONFIG);
    await expect(opened({ knownHosts })).rejects.toThrow('holds no host key of [127.0.0.1]');
  });

  it('finds a host that is named in the pinned file without its port', async () => {
    const plain = `127.0.0.1 ${droplet.sshd.hostKey.publicKey}\n`;
    expect((await opened({ knownHosts: { file: 'known_hosts', text: plain } })).kubeconfig).toBe(KUBECONFIG);
  });

  it('serves many connections at the same time', async () => {
    const { apiSocket } = await opened();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(apiSocket, droplet.api.ca)));
    expect(new Set(answers)).toEqual(new Set(['the API']));
  });

  it('goes through ends that are still in use when it is closed', async () => {
    const tunnel = await opened();
    const connection = new Connection({
      server: 'https://127.0.0.1:6443',
      ca: droplet.api.ca,
      socketPath: tunnel.apiSocket,
    });
    await connection.send({ method: 'GET', path: '/', what: 'ask' });
    // Its connection is kept alive, which would keep ssh alive.
    await tunnel.close();
    expect(sshProcesses()).toEqual([]);
    connection.close();
  });
});
