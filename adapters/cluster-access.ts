import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../capabilities/ports/cluster.ts';
import type { Exec } from '../capabilities/ports/exec.ts';
import type { ProbeTarget } from '../capabilities/ports/prober.ts';
import { readHost } from '../generator/deploy/host.ts';
import { UserError } from '../generator/errors.ts';
import { kubernetesCluster } from './kubernetes/client.ts';
import { Connection } from './kubernetes/connection.ts';
import { pluginToken } from './kubernetes/exec-credential.ts';
import { type Access, readKubeconfig } from './kubernetes/kubeconfig.ts';
import { openTunnel } from './ssh/tunnel.ts';

/** How often a line to a droplet is laid anew while a delivery runs. */
const RECONNECTS = 20;

/** A line that is laid anew takes some seconds. */
const RETRY = { tries: 8 };

export interface AccessRequest {
  environment: string;
  /** A file of the repository; undefined when there is none. */
  read(path: string): string | undefined;
  /** A cluster that is reached without a droplet's SSH: a file, or its text. */
  kubeconfig: { file: string } | { text: string } | undefined;
  context: string | undefined;
  /** Instead of what the environment's files say. */
  host: string | undefined;
  knownHosts: { file: string; text: string } | undefined;
  /** Private key for SSH; the user's agent when there is none. */
  sshKey: { file: string } | { text: string } | undefined;
}

/** A cluster that can be asked, until it is closed. */
export interface ClusterAccess {
  cluster: Cluster;
  /** For people. */
  address: string;
  /** Where its ingress is, when that is known without DNS. */
  via: ((url: string) => ProbeTarget['via']) | undefined;
  /** Aborted when the line is gone for good. */
  lost: AbortSignal | undefined;
  close(): Promise<void>;
}

/** Reaches the cluster of an environment: by a kubeconfig, else through SSH to its droplet. @throws UserError */
export async function accessCluster(
  request: AccessRequest,
  exec: Exec,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ClusterAccess> {
  if (request.kubeconfig || request.context !== undefined) {
    const access = readKubeconfig(...kubeconfigOf(request, env), request.context);
    const connection = connectionTo(access, exec);
    return {
      cluster: kubernetesCluster(connection, RETRY),
      address: new URL(access.server).host,
      via: undefined,
      lost: undefined,
      close: async () => connection.close(),
    };
  }
  const { address, port, user, knownHosts } = hostOf(request);
  const tunnel = await openTunnel({
    host: address,
    port,
    user,
    knownHosts,
    key: request.sshKey,
    reconnects: RECONNECTS,
  });
  try {
    const access = readKubeconfig(`the kubeconfig of ${address}`, tunnel.kubeconfig);
    const connection = connectionTo({ ...access, socketPath: tunnel.apiSocket }, exec);
    return {
      cluster: kubernetesCluster(connection, RETRY),
      address: `droplet ${address}`,
      via: (url) => ({
        socketPath: url.startsWith('https:') ? tunnel.httpsSocket : tunnel.httpSocket,
        cuts: tunnel.cuts,
      }),
      lost: tunnel.lost,
      async close() {
        connection.close();
        await tunnel.close();
      },
    };
  } catch (error) {
    await tunnel.close();
    throw error;
  }
}

function connectionTo(access: Access, exec: Exec): Connection {
  return access.exec
    ? new Connection(access, pluginToken(access.exec, access, exec))
    : new Connection(access);
}

/** The file's name and text: the one that is named, else kubectl's. */
function kubeconfigOf(
  { kubeconfig }: AccessRequest,
  env: Readonly<Record<string, string | undefined>>,
): [string, string] {
  if (kubeconfig && 'text' in kubeconfig) return ['the kubeconfig', kubeconfig.text];
  const file = kubeconfig?.file ?? env.KUBECONFIG?.split(':')[0] ?? join(homedir(), '.kube/config');
  try {
    return [file, readFileSync(file, 'utf8')];
  } catch {
    throw new UserError({
      message: `the kubeconfig ${file} cannot be read`,
      remedy: 'Check the path after --kubeconfig, and whether you may read it.',
    });
  }
}

function hostOf({ environment, read, host, knownHosts }: AccessRequest) {
  const folder = `clusters/${environment}`;
  return readHost(environment, (path) => {
    if (host !== undefined && path === `${folder}/host.json`) return hostJson(host);
    if (knownHosts !== undefined && path === `${folder}/known_hosts`) return knownHosts.text;
    return read(path);
  });
}

/** `[user@]host[:port]`, as it is written for ssh. */
export function hostJson(host: string): string {
  const [, user, address = host, port] = /^(?:([^@]+)@)?([^:]+|\[[^\]]+\])(?::(\d+))?$/.exec(host) ?? [];
  return JSON.stringify({
    address: address.replace(/^\[|\]$/g, ''),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  });
}
