import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { authorizedKey, tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';
import { freePort } from '../support/free-port.ts';
import { childrenOf, type KeyPair, makeKey, type Sshd, startSshd } from './sshd.ts';
import { startTlsServer, type TlsServer } from './tls-server.ts';

export const SECRET = 'kubesecret';
export const KUBECONFIG = `apiVersion: v1\nkind: Config\nclusters: []\nusers: [{name: a, user: {token: ${SECRET}}}]\n`;

/** What a droplet has that matters here: an sshd with the key of deliveries, an API server, and an ingress. */
export interface Droplet {
  folder: string;
  key: KeyPair;
  api: TlsServer;
  https: TlsServer;
  sshd: Sshd;
  /** The line of authorized_keys. */
  line: string;
  /** The ports that it permits. */
  ports: { apiPort: number; httpsPort: number; httpPort: number };
  request(more?: Partial<TunnelRequest>): TunnelRequest;
  stop(): Promise<void>;
}

export async function startDroplet(): Promise<Droplet> {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-droplet-'));
  const key = makeKey(folder, 'deploy');
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, KUBECONFIG);
  const [api, https] = [await startTlsServer('the API'), await startTlsServer('the ingress')];
  const ports = { apiPort: api.port, httpsPort: https.port, httpPort: await freePort() };
  const line = authorizedKey(key.publicKey, { kubeconfig, ...ports });
  const stopRest = async () => {
    await Promise.all([api.stop(), https.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const sshd = await startSshd(line, { config: tunnelSshdConfig() }).catch(async (error: unknown) => {
    await stopRest();
    throw error;
  });
  return {
    folder,
    key,
    api,
    https,
    sshd,
    line,
    ports,
    request: (more = {}) => ({
      host: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      knownHosts: { file: 'clusters/staging/known_hosts', text: sshd.knownHosts },
      key: { file: key.file },
      ...ports,
      tries: 1,
      ...more,
    }),
    async stop() {
      await sshd.stop();
      await stopRest();
    },
  };
}

/** Private folders that a tunnel has left, of whoever. */
export function leftFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^lunchbox-\w{6}$/.test(name));
}

/** The `ssh` that this process has started. */
export function sshProcesses(parent = process.pid): number[] {
  return childrenOf(parent).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('ssh\0'));
}
