import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';
import { goProgram, hasGo } from '../../support/go-program.ts';

export { hasGo };

export const s3Server = () => goProgram('github.com/versity/versitygw/cmd/versitygw', 'v1.8.0');

/** A real S3 server over a folder, on loopback. */
export interface S3 {
  endpoint: string;
  /** File of the certificate to trust, with TLS. */
  authority: string | undefined;
  accessKey: string;
  secretKey: string;
  /** Where the objects of a bucket lie as files. */
  bucket(name: string): string;
  stop(): Promise<void>;
}

export async function startS3({ tls = false } = {}): Promise<S3> {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-s3-'));
  const [data, iam] = [join(folder, 'data'), join(folder, 'iam')];
  for (const each of [data, iam]) mkdirSync(each);
  const port = await freePort();
  const [accessKey, secretKey] = ['ACCESSKEYOFTESTS', 'secret/key+of=tests$"`'];
  const [certificate, key] = [join(folder, 'certificate'), join(folder, 'key')];
  if (tls)
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-subj', '/CN=s3', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', certificate, '-keyout', key],
      ],
      { stdio: 'ignore' },
    );
  const child = spawn(
    s3Server(),
    [
      '--port',
      `127.0.0.1:${port}`,
      '--iam-dir',
      iam,
      '--quiet',
      ...(tls ? ['--cert', certificate, '--key', key] : []),
      'posix',
      data,
    ],
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
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    authority: tls ? certificate : undefined,
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
