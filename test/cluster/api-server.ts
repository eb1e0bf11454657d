import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '../../adapters/kubernetes/kubeconfig.ts';
import { builtOnce } from '../support/built-once.ts';
import { freePort } from '../support/free-port.ts';

const SOURCE = 'test/cluster/kubernetes';
const VERSION = 'v1.35.8';
/** The SQLite store that k3s itself uses. */
const KINE = 'github.com/k3s-io/kine@v0.17.5';

export const hasGo = spawnSync('go', ['version']).status === 0;

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
  body: any;
}

/** A real Kubernetes API server on loopback, without anything that runs pods. */
export interface ApiServer {
  /** How it is reached, as its administrator. */
  access: Access;
  call(method: string, path: string, body?: string, contentType?: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** Builds what is not in the cache yet (several minutes), and starts it on free ports. */
export async function startApiServer(): Promise<ApiServer> {
  const { apiServer, kine } = build();
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-apiserver-'));
  const [storePort, port] = [await freePort(), await freePort()];
  const token = 'test-token';
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(join(folder, 'sa.key'), privateKey);
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`);
  const children = [
    spawn(
      kine,
      [
        '--endpoint',
        `sqlite://${folder}/kine.db?_journal=WAL&cache=shared&_busy_timeout=30000`,
        '--listen-address',
        `127.0.0.1:${storePort}`,
        '--metrics-bind-address',
        '0',
      ],
      { stdio: 'ignore' },
    ),
    spawn(
      apiServer,
      [
        `--etcd-servers=http://127.0.0.1:${storePort}`,
        `--secure-port=${port}`,
        '--bind-address=127.0.0.1',
        `--cert-dir=${folder}/certs`,
        `--service-account-key-file=${folder}/sa.key`,
        `--service-account-signing-key-file=${folder}/sa.key`,
        '--service-account-issuer=https://kubernetes.default.svc',
        `--token-auth-file=${folder}/tokens.csv`,
        '--authorization-mode=Node,RBAC',
        '--service-cluster-ip-range=10.43.0.0/24',
        '--allow-privileged=true',
      ],
      { stdio: 'ignore' },
    ),
  ];
  const stop = async () => {
    await Promise.all(children.map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  const certificate = join(folder, 'certs/apiserver.crt');
  const call: ApiServer['call'] = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        method,
        path,
        ca: readFileSync(certificate),
        headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
        timeout: 30_000,
      };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : text });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  try {
    for (let attempt = 0; ; attempt++) {
      if (existsSync(certificate) && (await call('GET', '/readyz').catch(() => undefined))?.status === 200)
        break;
      if (attempt > 600 || children.some((child) => child.exitCode !== null))
        throw new Error('the API server did not get ready');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const access: Access = {
    server: `https://127.0.0.1:${port}`,
    ca: readFileSync(certificate, 'utf8'),
    token,
  };
  return { access, call, stop };
}

function build(): { apiServer: string; kine: string } {
  const cache = builtOnce('kubernetes', buildInto, [SOURCE]);
  const given = process.env.KUBEBUILDER_ASSETS;
  const own = given && existsSync(join(given, 'kube-apiserver')) ? given : cache;
  return { apiServer: join(own, 'kube-apiserver'), kine: join(cache, 'kine') };
}

function buildInto(folder: string): void {
  const set = (name: string, value: string) => `-X k8s.io/component-base/version.${name}=${value}`;
  // Clients refuse a server that does not say its version.
  const flags = [
    '-s -w',
    set('gitVersion', VERSION),
    set('gitMajor', '1'),
    set('gitMinor', '35'),
    set('gitTreeState', 'clean'),
    set('buildDate', '2026-01-01T00:00:00Z'),
  ];
  const output = join(folder, 'kube-apiserver');
  const args = [
    'build',
    '-trimpath',
    `-ldflags=${flags.join(' ')}`,
    '-o',
    output,
    'k8s.io/kubernetes/cmd/kube-apiserver',
  ];
  execFileSync('go', args, { cwd: SOURCE, stdio: 'inherit', env: { ...process.env, CGO_ENABLED: '0' } });
  execFileSync('go', ['install', KINE], { stdio: 'inherit', env: { ...process.env, GOBIN: folder } });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}
