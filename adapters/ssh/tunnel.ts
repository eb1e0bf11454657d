import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { LineCut, Tunnel, TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { readKnownHosts } from '../../generator/deploy/known-hosts.ts';
import type { UserError } from '../../generator/errors.ts';
import { apiAnswers } from './api-answers.ts';
import { checkRequest, SILENCE, sshArguments, type TunnelPaths } from './arguments.ts';
import { SshFailure, whyLost, whyNoApi } from './failure.ts';
import { makePrivateFolder, type PrivateFolder } from './private-folder.ts';
import { keyText } from './private-key.ts';
import { type Session, startSession } from './session.ts';

export interface TunnelOptions {
  /** OpenSSH's client; `ssh` from the search path if left out. */
  program?: string;
  /** Milliseconds before the second try; doubled each time, up to ten seconds. */
  first?: number;
  sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  random?: () => number;
  /** Told of what failed and is tried again. */
  onRetry?: (error: UserError) => void;
  /** Told when a line that was cut stands again. */
  onReopen?: () => void;
}

const LONGEST = 10_000;

/**
 * Lays a line to a droplet with the user's own `ssh`: one connection that returns the kubeconfig and carries the API
 * server and the ingress to Unix sockets here. When it is cut, it is laid anew `reconnects` times, at the same paths.
 * @throws UserError which never holds a key or a kubeconfig
 */
export async function openTunnel(request: TunnelRequest, options: TunnelOptions = {}): Promise<Tunnel> {
  checkRequest(request);
  readKnownHosts(request.knownHosts.file, request.knownHosts.text);
  const { program = 'ssh', onRetry = () => {}, onReopen = () => {} } = options;
  const timeout = Math.max(1, Math.ceil(request.connectTimeout ?? 15));
  const key = keyText(request.key);
  const folder = makePrivateFolder();
  const closing = new AbortController();
  const lost = new AbortController();
  const paths = pathsIn(folder, key !== undefined);
  writeFileSync(paths.knownHosts, request.knownHosts.text, { mode: 0o600 });
  const args = sshArguments(request, paths, timeout);
  // The key lies on disk while OpenSSH logs in and no longer: nothing removes it for a process that is killed.
  const startWithKey = async () => {
    if (paths.key !== undefined && key !== undefined) writeFileSync(paths.key, key, { mode: 0o600 });
    try {
      return await startSession(program, args, request, timeout, closing.signal);
    } finally {
      if (paths.key !== undefined) rmSync(paths.key, { force: true });
    }
  };
  const start = () => trying(startWithKey, { ...options, tries: request.tries ?? 4, signal: closing.signal });

  let session: Session | undefined;
  try {
    session = await start();
    await proveApi(session, request, paths.apiSocket, timeout);
  } catch (error) {
    await session?.end();
    folder.remove();
    throw error;
  }
  const { kubeconfig } = session;
  const cuts: LineCut[] = [];
  const watched = keepOpen();
  return {
    kubeconfig,
    apiSocket: paths.apiSocket,
    httpsSocket: paths.httpsSocket,
    httpSocket: paths.httpSocket,
    cuts,
    lost: lost.signal,
    async close() {
      closing.abort();
      await session?.end();
      await watched;
      folder.remove();
    },
  };

  async function keepOpen(): Promise<void> {
    for (let left = request.reconnects ?? 0; session; left--) {
      const { log, ended } = session;
      await ended;
      if (closing.signal.aborted) return;
      const noticed = performance.now();
      const cut: LineCut = { from: noticed - SILENCE, noticed, until: undefined };
      cuts.push(cut);
      const reason = whyLost(request, log);
      session = undefined;
      if (left <= 0) return giveUp(reason);
      onRetry(reason);
      try {
        session = await start();
      } catch (error) {
        if (!closing.signal.aborted) giveUp(error);
        return;
      }
      cut.until = performance.now();
      // Closed in the very moment in which it stood again.
      if (closing.signal.aborted) await (session as Session).end();
      else onReopen();
    }
  }

  function giveUp(reason: unknown): void {
    folder.remove();
    lost.abort(reason);
  }
}

function pathsIn(folder: PrivateFolder, withKey: boolean): TunnelPaths {
  const at = (name: string) => join(folder.path, name);
  return {
    knownHosts: at('known_hosts'),
    key: withKey ? at('key') : undefined,
    apiSocket: at('api.sock'),
    httpsSocket: at('https.sock'),
    httpSocket: at('http.sock'),
  };
}

/** What may only be known by trying: whether the droplet forwards for this key, and to somebody who answers. */
async function proveApi(
  session: Session,
  request: TunnelRequest,
  path: string,
  timeout: number,
): Promise<void> {
  if (await apiAnswers(path, timeout * 1000)) return;
  // Why is said on another channel, which may be a little later.
  for (let turn = 0; turn < 20 && session.log.refusedForward === undefined; turn++) await pause(25);
  throw whyNoApi(request, session.log);
}

async function trying(
  attempt: () => Promise<Session>,
  options: TunnelOptions & { tries: number; signal: AbortSignal },
): Promise<Session> {
  const { tries, signal, first = 500, random = Math.random, onRetry = () => {} } = options;
  const sleep = options.sleep ?? ((ms, until) => pause(ms, undefined, { signal: until }).catch(() => {}));
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SshFailure) || !error.transient || count >= tries || signal.aborted) throw error;
      onRetry(error);
      await sleep(Math.min(LONGEST, first * 2 ** (count - 1)) * (0.5 + random() / 2), signal);
    }
  }
}
