import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { apiAnswers } from '../../adapters/ssh/api-answers.ts';
import { startTlsServer, type TlsServer } from './tls-server.ts';

describe('an API server behind a Unix socket', () => {
  let folder: string;
  let server: TlsServer;
  let line: Server;
  let socketPath: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-socket-'));
    socketPath = join(folder, 'api.sock');
    server = await startTlsServer('the API');
    line = createServer((near) => {
      const far = connect(server.port, '127.0.0.1');
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
    });
    await new Promise<void>((resolve) => line.listen(socketPath, resolve));
  });
  afterAll(async () => {
    line.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (address: string, path = socketPath, ca = server.ca) => {
    const connection = new Connection({ server: address, ca, socketPath: path });
    try {
      return (await connection.send({ method: 'GET', path: '/', what: 'ask' })).text;
    } finally {
      connection.close();
    }
  };

  it('answers, and its certificate must be for the server that the kubeconfig names', async () => {
    expect(await ask('https://127.0.0.1:6443')).toBe('the API');
    await expect(ask('https://127.0.0.2:6443')).rejects.toThrow('for another name');
    await expect(ask('https://example.com')).rejects.toThrow('for another name');
  });

  it('is believed by nobody who does not know its authority', async () => {
    const other = await startTlsServer('');
    await other.stop();
    await expect(ask('https://127.0.0.1:6443', socketPath, other.ca)).rejects.toThrow(
      /nobody vouches|authority/,
    );
  });

  it('may be away for a moment: the same call may succeed later', async () => {
    await expect(ask('https://127.0.0.1:6443', join(folder, 'gone.sock'))).rejects.toMatchObject({
      message: 'ask: the line to the API server is down',
      transient: true,
    });
  });

  it('is there when TLS answers, whoever vouches for it', async () => {
    expect(await apiAnswers(socketPath, 10_000)).toBe(true);
    expect(await apiAnswers(join(folder, 'gone.sock'), 10_000)).toBe(false);
    const silent = createServer((socket) => socket.end());
    const path = join(folder, 'silent.sock');
    await new Promise<void>((resolve) => silent.listen(path, resolve));
    expect(await apiAnswers(path, 10_000)).toBe(false);
    silent.close();
  });
});
