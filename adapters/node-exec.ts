import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Exec, ExecResult } from '../capabilities/ports/exec.ts';

/** Grace between asking a program to end and ending it, in milliseconds. */
const GRACE = 5000;

/** Runs programs as child processes, without a shell. */
export const nodeExec: Exec = (program, args, options = {}) =>
  new Promise<ExecResult>((resolve, reject) => {
    // The system reports a folder that is not there as a program that is not there.
    if (options.cwd !== undefined && !existsSync(options.cwd))
      throw new Error(`${program} cannot run in ${options.cwd}: there is no such folder`);
    const env = { ...process.env, ...options.env };
    for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name];
    const child = spawn(program, args, { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const lines = { stdout: lineReader('stdout'), stderr: lineReader('stderr') };
    let timedOut = false;
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGTERM');
            setTimeout(() => {
              child.kill('SIGKILL');
              // Whoever the program has started may hold these open for good.
              child.stdout.destroy();
              child.stderr.destroy();
            }, GRACE).unref();
          }, options.timeout);

    function lineReader(stream: 'stdout' | 'stderr') {
      let rest = '';
      // A character may begin in one chunk and end in the next.
      const decoder = new StringDecoder('utf8');
      const push = (chunk: Buffer | undefined, end = false) => {
        if (!options.onLine) return;
        const text = chunk === undefined ? decoder.end() : decoder.write(chunk);
        const parts = (rest + text).split(/\r?\n|\r/);
        rest = end ? '' : (parts.pop() ?? '');
        for (const line of parts) if (line !== '') options.onLine(line, stream);
      };
      return push;
    }

    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      lines.stdout(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err.push(chunk);
      lines.stderr(chunk);
    });
    // A program that does not read its input, or ends early, is no mistake of ours.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.code === 'ENOENT' || error.code === 'EACCES') {
        const stderr = `${program}: ${error.code === 'ENOENT' ? 'not found' : 'cannot be run'}`;
        resolve({ code: 127, stdout: Buffer.alloc(0), stderr, missing: true, timedOut: false });
      } else reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      lines.stdout(undefined, true);
      lines.stderr(undefined, true);
      const stderr = Buffer.concat(err).toString('utf8');
      resolve({
        code: timedOut ? 124 : (code ?? 1),
        stdout: Buffer.concat(out),
        stderr,
        missing: false,
        timedOut,
      });
    });
  });
