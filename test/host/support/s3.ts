import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { builtOnce } from '../../support/built-once.ts';
import { freePort } from '../../support/free-port.ts';

const VERSION = 'v1.8.0';

export const hasGo = spawnSync('go', ['version']).status === 0;

/** A real S3 server over a folder, on loopback. */
export interface S3 {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  /** Where the objects of a bucket lie as files. */
  bucket(name: string): string;
  stop(): Promise<void>;
}

export async function startS3(): Promise<S3> {
  const programs = builtOnce(`versitygw-${VERSION}`, (folder) => {
    execFileSync('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], {
      stdio: 'inherit',
      env: { ...process.env, GOBIN: folder },
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-s3-'));
  const [data, iam] = [join(folder, 'data'), join(folder, 'iam')];
  for (const each of [data, iam]) mkdirSync(each);
  const port = await freePort();
  const [accessKey, secretKey] = ['ACCESSKEYOFTESTS', 'secret/key+of=tests$"`'];
  const child = spawn(
    join(programs, 'versitygw'),
    ['--port', `127.0.0.1:${port}`, '--iam-dir', iam, '--quiet', 'posix', data],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const ended = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`the S3 server does not start: ${said}`);
    await pause(50);
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accessKey,
    secretKey,
    bucket(name) {
      const path = join(data, name);
      mkdirSync(path, { recursive: true });
      return path;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
