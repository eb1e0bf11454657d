import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Remote, RemoteOptions, RemoteRequest, RemoteResult } from '../../capabilities/ports/remote.ts';
import { hostName, readKnownHosts } from '../../generator/deploy/known-hosts.ts';
import { checkRequest, commandArguments } from './arguments.ts';
import { sshEnvironment } from './environment.ts';
import { notThere, SshFailure, whyLost, whyNotIn } from './failure.ts';
import { SshLog } from './log.ts';
import { makePrivateFolder } from './private-folder.ts';
import { keyText } from './private-key.ts';
import { atProcessEnd } from './process-end.ts';

/** Milliseconds between looks into what OpenSSH says. */
const LOOK = 50;
/** Milliseconds in which `ssh` ends once it was told to. */
const GRACE = 1_500;
/** Bytes of a command's output that are kept; a command that prints more is cut off. */
const LARGEST = 64 * 2 ** 20;

export interface RemoteSetting {
  /** OpenSSH's client; `ssh` from the search path if left out. */
  program?: string;
}

/**
 * A shell on a machine, through the user's own `ssh`: no configuration is read, and only the pinned keys are taken.
 * @throws UserError for a request that cannot be one, and for a key that OpenSSH cannot use
 */
export function openRemote(request: RemoteRequest, { program = 'ssh' }: RemoteSetting = {}): Remote {
  checkRequest(request);
  readKnownHosts(request.knownHosts.file, request.knownHosts.text);
  const target = { ...request, user: request.user ?? 'root' };
  const key = keyText(request.key);
  const timeout = Math.max(1, Math.ceil(request.connectTimeout ?? 15));
  return {
    async run(command, options = {}) {
      options.signal?.throwIfAborted();
      const folder = makePrivateFolder();
      try {
        const at = (name: string) => join(folder.path, name);
        const paths = {
          knownHosts: at('known_hosts'),
          key: key === undefined ? undefined : at('key'),
          log: at('log'),
        };
        writeFileSync(paths.knownHosts, request.knownHosts.text, { mode: 0o600 });
        writeFileSync(paths.log, '', { mode: 0o600 });
        if (paths.key !== undefined) writeFileSync(paths.key, key ?? '', { mode: 0o600 });
        const args = commandArguments(target, paths, timeout, command);
        // The key lies on disk while OpenSSH logs in and no longer.
        const loggedIn = () => paths.key !== undefined && rmSync(paths.key, { force: true });
        const ended = await runSsh({ program, args, logFile: paths.log, timeout, loggedIn }, options);
        return resultOf(ended, target, program);
      } finally {
        folder.remove();
      }
    },
  };
}

interface Run {
  program: string;
  args: readonly string[];
  logFile: string;
  /** Seconds until we are in. */
  timeout: number;
  loggedIn: () => void;
}

interface EndedRun extends RemoteResult {
  log: SshLog;
  /** Why it was ended by us. */
  cut: 'not in' | 'late' | 'given up' | 'too much' | undefined;
  missing: string | undefined;
}

async function runSsh(run: Run, { input, timeout, signal, onLine }: RemoteOptions): Promise<EndedRun> {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(run.program, run.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A key press that interrupts this process must not cut the line with which it still tidies up.
    detached: true,
    env: sshEnvironment(),
  });
  const forget = atProcessEnd(() => child.kill('SIGTERM'));
  const log = new SshLog();
  const follow = follower(run.logFile, log);
  let missing: string | undefined;
  let cut: EndedRun['cut'];
  let killer: NodeJS.Timeout | undefined;
  const end = (why: EndedRun['cut']) => {
    cut ??= why;
    child.kill('SIGTERM');
    killer ??= setTimeout(() => child.kill('SIGKILL'), GRACE);
  };
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let size = 0;
  const liners = (['stdout', 'stderr'] as const).map((stream) => {
    const lines = lineReader((line) => onLine?.(line, stream));
    child[stream].on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST) return end('too much');
      chunks[stream].push(chunk);
      lines.push(chunk);
    });
    return lines;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  // A little more than OpenSSH itself has, which knows better what it waits for.
  const patience = setTimeout(
    () => {
      follow.look();
      if (!log.authenticated) end('not in');
    },
    run.timeout * 1000 + 1000,
  );
  const limit = timeout === undefined ? undefined : setTimeout(() => end('late'), timeout);
  const looking = setInterval(() => {
    follow.look();
    if (!log.authenticated) return;
    clearInterval(looking);
    run.loggedIn();
  }, LOOK);
  const abort = () => end('given up');
  signal?.addEventListener('abort', abort, { once: true });
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      missing = error.code ?? error.message;
      resolve(127);
    });
    child.once('close', (exit) => resolve(exit ?? 255));
  });
  for (const timer of [patience, limit, killer]) clearTimeout(timer);
  clearInterval(looking);
  signal?.removeEventListener('abort', abort);
  forget();
  follow.look();
  follow.close();
  log.end();
  for (const lines of liners) lines.end();
  const text = Buffer.concat(chunks.stderr).toString('utf8');
  return { code, stdout: Buffer.concat(chunks.stdout), stderr: text, log, cut, missing };
}

function resultOf(ended: EndedRun, target: RemoteRequest, program: string): RemoteResult {
  const { code, stdout, stderr, log, cut, missing } = ended;
  const name = hostName(target.host, target.port);
  if (missing !== undefined) throw notThere(program, missing);
  if (cut === 'given up')
    throw new SshFailure({
      message: `the command on ${name} was given up`,
      remedy: 'Run it again.',
    });
  if (cut === 'too much')
    throw new SshFailure({
      message: `a command on ${name} printed more than ${LARGEST / 2 ** 20} MiB`,
      remedy: 'See what root prints at login there, and what fills the journal.',
    });
  if (cut === 'late' && log.authenticated)
    throw new SshFailure(
      {
        message: `a command on ${name} was not done in time`,
        remedy: 'See what the machine does: it may be short of memory. Then run it again.',
      },
      true,
    );
  if (log.exitStatus !== undefined && log.exitStatus >= 0) return { code: log.exitStatus, stdout, stderr };
  if (log.signalled) return { code, stdout, stderr };
  if (log.authenticated) throw whyLost(target, log);
  throw whyNotIn(target, { log, timedOut: cut !== undefined });
}

/** Reads what is appended to a file. */
function follower(file: string, log: SshLog) {
  const descriptor = openSync(file, 'r');
  const buffer = Buffer.alloc(16 * 1024);
  let position = 0;
  return {
    look() {
      for (;;) {
        const count = readSync(descriptor, buffer, 0, buffer.length, position);
        if (count === 0) return;
        position += count;
        log.push(Buffer.from(buffer.subarray(0, count)));
      }
    },
    close: () => closeSync(descriptor),
  };
}

/** Whole lines of a stream, without their ends. */
function lineReader(onLine: (line: string) => void) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    push(chunk: Buffer) {
      const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
