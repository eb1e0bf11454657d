import { spawn } from 'node:child_process';
import type { TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { hostName } from '../../generator/deploy/known-hosts.ts';
import { sshEnvironment } from './environment.ts';
import { notThere, SshFailure, whyNoKubeconfig, whyNotIn } from './failure.ts';
import { KubeconfigOutput } from './kubeconfig-output.ts';
import { SshLog } from './log.ts';
import { atProcessEnd } from './process-end.ts';

/** Milliseconds in which `ssh` ends by itself once its input has. */
const INPUT_GRACE = 500;
/** And once it was told to. */
const TERM_GRACE = 1_500;

/** One `ssh` that has logged in and printed a kubeconfig; it holds the forwarded sockets until it ends. */
export interface Session {
  kubeconfig: string;
  log: SshLog;
  /** When `ssh` is gone, for whatever reason. */
  ended: Promise<void>;
  end(): Promise<void>;
}

/**
 * Starts `ssh`, and waits until it is in and the kubeconfig is whole.
 * @param timeout Seconds for each of the two.
 * @param signal Gives up.
 * @throws SshFailure
 */
export async function startSession(
  program: string,
  args: readonly string[],
  request: TunnelRequest,
  timeout: number,
  signal: AbortSignal,
): Promise<Session> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A key press that interrupts this process must not cut the line with which it still tidies up.
    detached: true,
    env: sshEnvironment(),
  });
  const forget = atProcessEnd(() => child.kill('SIGTERM'));
  const log = new SshLog();
  const output = new KubeconfigOutput();
  let missing: string | undefined;
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      missing = error.code ?? error.message;
      resolve();
    });
    child.once('close', () => resolve());
  }).then(() => {
    forget();
    log.end();
  });
  const within = (milliseconds: number) => {
    let timer: NodeJS.Timeout | undefined;
    return Promise.race([
      ended.then(() => true),
      new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), milliseconds);
      }),
    ]).finally(() => clearTimeout(timer));
  };
  const end = async () => {
    child.stdin.end();
    // Forwarded connections that are still open keep it alive: nobody needs them now.
    if (log.authenticated && (await within(INPUT_GRACE))) return;
    child.kill('SIGTERM');
    if (await within(TERM_GRACE)) return;
    child.kill('SIGKILL');
    await ended;
  };

  let timer: NodeJS.Timeout | undefined;
  const outcome = await new Promise<'whole' | 'too large' | 'ended' | 'late' | 'given up'>((resolve) => {
    const patience = timeout * 1000;
    // A little more than OpenSSH itself has, which knows better what it waits for.
    timer = setTimeout(() => {
      if (!log.authenticated) return resolve('late');
      timer = setTimeout(() => resolve('late'), patience);
    }, patience + 1000);
    if (signal.aborted) resolve('given up');
    signal.addEventListener('abort', () => resolve('given up'), { once: true });
    let whole = false;
    child.stdout.on('data', (chunk: Buffer) => {
      if (whole) return;
      const state = output.push(chunk);
      if (state === 'more') return;
      whole = true;
      resolve(state);
    });
    void ended.then(() => resolve('ended'));
  });
  clearTimeout(timer);
  const read = outcome === 'whole' ? output.read() : { problem: 'something that is no kubeconfig' };
  if ('kubeconfig' in read) return { kubeconfig: read.kubeconfig, log, ended, end };
  await end();
  if (missing !== undefined) throw notThere(program, missing, 'Or name a cluster with --kubeconfig.');
  if (outcome === 'given up')
    throw new SshFailure({
      message: 'the line was closed before it stood',
      remedy: 'Run it again.',
    });
  if (outcome === 'whole' || outcome === 'too large')
    throw new SshFailure({
      message: `${hostName(request.host, request.port)} sent ${read.problem} (${output.printed} bytes${outcome === 'whole' ? '' : ' and more'})`,
      remedy: 'See what the command in authorized_keys prints, and that k3s has written its kubeconfig.',
    });
  const how = { log, timedOut: outcome === 'late' };
  throw log.authenticated ? whyNoKubeconfig(request, how, output.printed) : whyNotIn(request, how);
}
