import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '../../adapters/kubernetes/kubeconfig.ts';
import { freePort } from '../support/free-port.ts';
import { clusterPrograms } from './programs.ts';

export { hasGo } from './programs.ts';

/** Milliseconds until it must be ready; two or three seconds are usual on an idle machine. */
const LIMIT = 180_000;

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
  /** Ends the server, and starts it again at the same address. @param away What happens while nobody answers. */
  restart(away?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Builds what is not in the cache yet (several minutes), and starts it on free ports.
 * @param more Further arguments of the API server.
 */
export async function startApiServer(more: string[] = []): Promise<ApiServer> {
  const programs = clusterPrograms();
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
  const log = openSync(join(folder, 'log'), 'a');
  const store = spawn(
    programs.kine,
    [
      '--endpoint',
      `sqlite://${folder}/kine.db?_journal=WAL&cache=shared&_busy_timeout=30000`,
      '--listen-address',
      `127.0.0.1:${storePort}`,
      '--metrics-bind-address',
      '0',
    ],
    { stdio: ['ignore', log, log] },
  );
  const serve = () =>
    spawn(
      programs['kube-apiserver'],
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
        '--service-cluster-ip-range=10.43.0.0/16',
        '--allow-privileged=true',
        ...more,
      ],
      { stdio: ['ignore', log, log] },
    );
  let server = serve();
  const stop = async () => {
    await Promise.all([server, store].map(end));
    closeSync(log);
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
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server may have ended a connection that was kept just when it was used again.
        if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(call(method, path, body, contentType));
        else reject(error);
      });
      sent.end(body);
    });
  const ready = async () => {
    const end = Date.now() + LIMIT;
    for (;;) {
      if (existsSync(certificate) && (await call('GET', '/readyz').catch(() => undefined))?.status === 200)
        return;
      const over = [server, store].some(({ exitCode }) => exitCode !== null);
      if (over || Date.now() > end) {
        const said = readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(-40).join('\n');
        throw new Error(`the API server ${over ? 'ended' : 'did not get ready'}:\n${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const restart = async (away?: () => Promise<void>) => {
    await end(server);
    await away?.();
    server = serve();
    await ready();
  };
  try {
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }
  const access: Access = {
    server: `https://127.0.0.1:${port}`,
    ca: readFileSync(certificate, 'utf8'),
    token,
  };
  return { access, call, restart, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}
