import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import type { Access } from '../../adapters/kubernetes/kubeconfig.ts';
import { certificateFor } from '../downtime/certificate.ts';
import { type BlackHole, startBlackHole } from '../support/black-hole.ts';

const OPTIONS = { tries: 8, firstTries: 3, sleep: async () => {} };

/** Asks its version. @returns the refusal, and how many connections were tried */
async function asked(access: Access, connectTimeout?: number): Promise<unknown> {
  const connection = new Connection(access, undefined, undefined, connectTimeout);
  try {
    return await kubernetesCluster(connection, OPTIONS)
      .server()
      .catch((error: unknown) => error);
  } finally {
    connection.close();
  }
}

describe.skipIf(process.platform !== 'linux')('an address that swallows everything', () => {
  let hole: BlackHole;
  beforeAll(async () => {
    hole = await startBlackHole();
  });
  afterAll(() => hole.close());

  it('is told when nobody takes the connection, after one try', async () => {
    const error = await asked({ server: `https://127.0.0.1:${hole.port}` }, 300);
    expect(error).toMatchObject({
      reason: 'ERR_CONNECT_TIMEOUT',
      message: 'ask the version: nobody takes a connection at the address of the API server',
    });
  });
});

describe('a server', () => {
  it('that has answered is waited for longer than one that never did', async () => {
    const { certificate, key } = await certificateFor(['localhost']);
    let calls = 0;
    const server = createServer({ cert: certificate, key }, (request, response) => {
      calls++;
      if (calls % 8 !== 1) return request.socket.destroy();
      response.end('{"gitVersion":"v1.35.0"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const access = { server: `https://localhost:${port}`, ca: certificate };
    const connection = new Connection(access);
    const cluster = kubernetesCluster(connection, OPTIONS);
    expect((await cluster.server()).version).toBe('v1.35.0');
    expect((await cluster.server()).version).toBe('v1.35.0');
    expect(calls).toBe(9);
    connection.close();
    calls = 1;
    expect(await asked(access)).toMatchObject({ reason: 'ECONNRESET' });
    expect(calls).toBe(4);
    server.close();
    server.closeAllConnections();
  });
});
