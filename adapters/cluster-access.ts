import type { Cluster } from '../capabilities/ports/cluster.ts';
import type { Exec } from '../capabilities/ports/exec.ts';
import type { ProbeTarget } from '../capabilities/ports/prober.ts';
import { readHost } from '../generator/deploy/host.ts';
import { withoutBrackets } from '../generator/host-address.ts';
import { kubernetesCluster } from './kubernetes/client.ts';
import { Connection } from './kubernetes/connection.ts';
import { pluginToken } from './kubernetes/exec-credential.ts';
import { findKubeconfig } from './kubernetes/kubeconfig/files.ts';
import { type Access, accessOf, type ContextAccess, readKubeconfig } from './kubernetes/kubeconfig.ts';
import { proxyFromEnvironment } from './kubernetes/proxy/from-environment.ts';
import { tokenOfFile } from './kubernetes/token-file.ts';
import { openTunnel } from './ssh/tunnel.ts';

/** How often a line to a droplet is laid anew while a delivery runs. */
const RECONNECTS = 20;

/** A line that is laid anew takes some seconds. */
const RETRY = { tries: 8 };
/** An address that is wrong is told in two seconds; a server that has answered once is waited for. */
const RETRY_ADDRESS = { ...RETRY, firstTries: 4 };

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
    const access = contextOf(request, env);
    const { server, context, file } = access;
    const connection = connectionTo(
      { ...access, proxy: access.proxy ?? proxyFromEnvironment(server, env) },
      exec,
    );
    return {
      cluster: kubernetesCluster(connection, RETRY_ADDRESS),
      address: `${new URL(server).host} (context ${context}, of ${file})`,
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
  // As kubectl has it: whoever has a token asks no program for one.
  if (access.exec && access.token === undefined)
    return new Connection(access, pluginToken(access.exec, access, exec));
  const { tokenFile, token } = access;
  return new Connection(access, tokenFile === undefined ? undefined : tokenOfFile(tokenFile, token));
}

/** What the named kubeconfig says, or its text, else kubectl's. */
function contextOf(
  { kubeconfig, context }: AccessRequest,
  env: Readonly<Record<string, string | undefined>>,
): ContextAccess {
  if (kubeconfig && 'text' in kubeconfig) return readKubeconfig('the kubeconfig', kubeconfig.text, context);
  return accessOf(findKubeconfig(kubeconfig?.file, env), context);
}

function hostOf({ environment, read, host, knownHosts }: AccessRequest) {
  const folder = `clusters/${environment}`;
  return readHost(
    environment,
    (path) => {
      if (host !== undefined && path === `${folder}/host.json`) return hostJson(host);
      if (knownHosts !== undefined && path === `${folder}/known_hosts`) return knownHosts.text;
      return read(path);
    },
    'Or name a cluster with --kubeconfig.',
  );
}

/** `[user@]host[:port]`, as it is written for ssh. */
export function hostJson(host: string): string {
  const [, user, address = host, port] = /^(?:([^@]+)@)?([^:]+|\[[^\]]+\])(?::(\d+))?$/.exec(host) ?? [];
  return JSON.stringify({
    address: withoutBrackets(address),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  });
}
