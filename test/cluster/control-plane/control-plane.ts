import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiServer, startApiServer } from '../api-server.ts';
import { clusterPrograms } from '../programs.ts';
import { kwok } from './kwok.ts';

/** A real control plane on loopback, whose pods are played by kwok: see `pods.yaml` for how they behave. */
export interface ControlPlane extends ApiServer {
  /** Path of a kubeconfig of its administrator. */
  kubeconfig: string;
  /** Ends everything that acts on its own: what is measured then is a delivery's own work. */
  pauseControllers(): Promise<void>;
  resumeControllers(): void;
}

const QUIET = ['--leader-elect=false', '--secure-port=0'];

export async function startControlPlane(): Promise<ControlPlane> {
  const server = await startApiServer();
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-plane-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(server), { mode: 0o600 });
  let children: ChildProcess[] = [];
  const start = () => {
    const programs = clusterPrograms();
    const player = kwok(kubeconfig);
    const controllers = '--controllers=*,-nodeipam,-cloud-node-lifecycle';
    children = [
      spawn(programs['kube-controller-manager'], [`--kubeconfig=${kubeconfig}`, controllers, ...QUIET], {
        stdio: 'ignore',
      }),
      spawn(programs['kube-scheduler'], [`--kubeconfig=${kubeconfig}`, ...QUIET], { stdio: 'ignore' }),
      spawn(player.program, player.args, { stdio: 'ignore' }),
    ];
  };
  const stopChildren = async () => {
    await Promise.all(children.map(end));
    children = [];
  };
  try {
    start();
    await addNode(server);
  } catch (error) {
    await stopChildren();
    await server.stop();
    throw error;
  }
  return {
    ...server,
    kubeconfig,
    pauseControllers: stopChildren,
    resumeControllers: start,
    async stop() {
      await stopChildren();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function addNode(server: ApiServer): Promise<void> {
  const resources = { cpu: '16', memory: '64Gi', pods: '200' };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: 'machine',
      labels: { 'kubernetes.io/hostname': 'machine', 'kubernetes.io/os': 'linux' },
    },
    status: { capacity: resources, allocatable: resources },
  };
  const { status, body } = await server.call('POST', '/api/v1/nodes', JSON.stringify(node));
  if (status !== 201) throw new Error(`no node: ${JSON.stringify(body)}`);
}

/** JSON is YAML. */
export function kubeconfigOf({ access: { server, ca = '', token } }: Pick<ApiServer, 'access'>): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    clusters: [
      { name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'admin', user: { token } }],
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}
