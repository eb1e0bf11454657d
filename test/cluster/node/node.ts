import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { until } from '../../support/until.ts';
import type { ApiServer } from '../api-server.ts';
import { clusterPrograms } from '../programs.ts';
import { makeCgroup, removeCgroup } from './cgroups.ts';
import { startContainerd } from './containerd.ts';
import { startKubelet } from './kubelet.ts';
import { type Machine, startMachine } from './machine.ts';

const needs = ['containerd', 'ctr', 'runc', 'ip', 'unshare', 'nsenter'];

/** What is missing for pods that really run; empty when nothing is. */
export const missingForPods = [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...needs.filter((program) => spawnSync('which', [program]).status !== 0),
  ...(existsSync('/usr/lib/cni/bridge') ? [] : ['containernetworking-plugins']),
];

/** A cluster whose pods really run. */
export interface ClusterNode {
  /** Where pods are reached, and where Traefik belongs. */
  machine: Machine;
  /** For programs in the machine: the API server is at the same address in there. */
  kubeconfig: string;
  /** Lets the tests reach a port of the machine. @returns the path of a Unix socket */
  tunnel(port: number): Promise<string>;
  stop(): Promise<void>;
}

/** Gives an API server what makes pods run: controllers, a scheduler, and one node. */
export async function startNode(server: ApiServer): Promise<ClusterNode> {
  const machine = await startMachine();
  const cgroup = basename(machine.folder);
  const ends: (() => Promise<unknown>)[] = [() => machine.stop().then(() => removeCgroup(cgroup))];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    makeCgroup(cgroup);
    const kubeconfig = join(machine.folder, 'kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(server)));
    ends.push(await letIn(machine, Number(new URL(server.access.server).port)));
    startControlLoops(machine, kubeconfig);
    const runtime = await startContainerd(machine);
    await startKubelet(machine, server, runtime, kubeconfig, cgroup);
    return { machine, kubeconfig, stop, tunnel: (port) => relay(machine, 'out', port) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function kubeconfigOf({ access }: ApiServer): object {
  const name = 'test';
  const ca = Buffer.from(access.ca ?? '').toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: access.server, 'certificate-authority-data': ca } }],
    users: [{ name, user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
}

/** The controllers that a rollout needs, and the scheduler: in the machine, so that they end with it. */
function startControlLoops(machine: Machine, kubeconfig: string): void {
  const programs = clusterPrograms();
  const shared = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
  const controllers = '--controllers=*,-node-ipam-controller,-cloud-node-lifecycle-controller';
  machine.start('controllers', programs['kube-controller-manager'], [...shared, controllers]);
  machine.start('scheduler', programs['kube-scheduler'], shared);
}

/** Makes the API server answer on the same port in the machine. */
async function letIn(machine: Machine, port: number): Promise<() => Promise<void>> {
  const path = join(machine.folder, 'api.sock');
  const relayed = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  relayed.listen(path);
  await once(relayed, 'listening');
  await relay(machine, 'in', port, path);
  return async () => {
    relayed.close();
    if (existsSync(path)) unlinkSync(path);
  };
}

async function relay(machine: Machine, name: string, port: number, to?: string): Promise<string> {
  const path = to ?? join(machine.folder, `${port}.sock`);
  const direction = to === undefined ? `${path}=${port}` : `${port}=${path}`;
  const log = `relay-${name}-${port}`;
  const child = machine.start(log, process.execPath, [resolve('test/cluster/node/relay.mjs'), direction]);
  await until(
    `the relay ${name} is open`,
    () => machine.log(log).includes('is open'),
    () => (child.exitCode === null ? undefined : machine.log(log)),
  );
  return path;
}
