import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../../adapters/kubernetes/connection.ts';
import type { Access } from '../../../adapters/kubernetes/kubeconfig.ts';
import { ApiError } from '../../../capabilities/ports/api-error.ts';
import { certificateFor } from '../../downtime/certificate.ts';
import { startTlsServer, type TlsServer } from '../../ssh/tls-server.ts';

/** A proxy on loopback: what it was asked for, and with which credential. */
interface Proxy {
  port: number;
  asked: [target: string, credential: string | undefined][];
  close(): Promise<void>;
}

/** @param answer The first line of its answer; it leads to `target` if left out. */
async function startProxy(
  target: number,
  answer?: string,
  tls?: { cert: string; key: string },
): Promise<Proxy> {
  const server: Server = tls ? createHttpsServer(tls) : createHttpServer();
  const asked: Proxy['asked'] = [];
  server.on('connect', (request, near) => {
    asked.push([request.url ?? '', request.headers['proxy-authorization']]);
    near.on('error', () => {});
    if (answer !== undefined) return near.end(`HTTP/1.1 ${answer}\r\n\r\n`);
    const far = connect(target, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('a cluster behind a proxy', () => {
  let api: TlsServer;
  const open: { close(): unknown }[] = [];
  const opened = <T extends { close(): unknown }>(what: T): T => {
    open.push(what);
    return what;
  };
  beforeAll(async () => {
    api = await startTlsServer('the API');
  });
  afterAll(async () => {
    for (const each of open.reverse()) await each.close();
    await api.stop();
  });

  const ask = async (access: Partial<Access>, times = 1, timeout?: number) => {
    const server = `https://127.0.0.1:${api.port}`;
    const connection = opened(
      new Connection({ server, ca: api.ca, ...access }, undefined, undefined, timeout),
    );
    let text = '';
    for (let index = 0; index < times; index++)
      ({ text } = await connection.send({ method: 'GET', path: '/', what: 'ask' }));
    return text;
  };
  const failure = async (promise: Promise<unknown>) => {
    const error = await promise.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  it('is asked through it, on one connection that is kept', async () => {
    const proxy = opened(await startProxy(api.port));
    expect(await ask({ proxy: `http://127.0.0.1:${proxy.port}` }, 3)).toBe('the API');
    expect(proxy.asked).toEqual([[`127.0.0.1:${api.port}`, undefined]]);
  });

  it('is asked with the credential of the proxy, and a name that only the proxy knows', async () => {
    const proxy = opened(await startProxy(api.port));
    const warnings: Error[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on('warning', warned);
    const access = { server: 'https://api.invalid', serverName: '127.0.0.1' };
    expect(await ask({ ...access, proxy: `http://me:p%40ss@127.0.0.1:${proxy.port}/` })).toBe('the API');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warned);
    expect(warnings).toEqual([]);
    expect(proxy.asked).toEqual([['api.invalid:443', `Basic ${Buffer.from('me:p@ss').toString('base64')}`]]);
  });

  it('is asked through one that speaks TLS, too', async () => {
    const { certificate, key } = await certificateFor(['localhost']);
    const proxy = opened(await startProxy(api.port, undefined, { cert: certificate, key }));
    const address = `https://localhost:${proxy.port}`;
    expect(await ask({ proxy: address, ca: `${api.ca}\n${certificate}` })).toBe('the API');
    expect(await failure(ask({ proxy: address }))).toMatchObject({
      message: expect.stringContaining(`ask: the proxy ${address} cannot be reached: `),
    });
  });

  it('proves itself through it as without', async () => {
    const proxy = opened(await startProxy(api.port));
    const { certificate } = await certificateFor(['other']);
    const error = await failure(ask({ proxy: `http://127.0.0.1:${proxy.port}`, ca: certificate }));
    expect(error.message).toMatch(/nobody vouches for|authority that is not in the kubeconfig/);
  });

  it.each([
    ['407 Proxy Authentication Required', 'ERR_PROXY_REFUSED', false],
    ['403 Forbidden', 'ERR_PROXY_REFUSED', false],
    ['502 Bad Gateway', 'ERR_PROXY_BUSY', true],
  ])('is not asked when the proxy says %s', async (answer, reason, transient) => {
    const proxy = opened(await startProxy(api.port, answer));
    const error = await failure(ask({ proxy: `http://me:S3CRET@127.0.0.1:${proxy.port}` }));
    expect(error).toMatchObject({ status: 0, reason, transient });
    expect(error.message).toBe(
      `ask: the proxy http://127.0.0.1:${proxy.port} does not lead to 127.0.0.1:${api.port}: ${answer}`,
    );
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('S3CRET');
  });

  it('has to be the one that `tls-server-name` names, be it an address', async () => {
    const error = await failure(ask({ serverName: '127.0.0.2' }));
    expect(error.message).toBe('ask: the certificate of the API server is for another name');
  });

  it('is not asked when no proxy is there', async () => {
    const error = await failure(ask({ proxy: 'http://127.0.0.1:9' }));
    expect(error).toMatchObject({ reason: 'ERR_PROXY_UNREACHABLE', transient: true });
    expect(error.message).toBe('ask: the proxy http://127.0.0.1:9 cannot be reached: nothing listens there');
  });

  it('is not waited for when the proxy says nothing', async () => {
    const silent = createTcpServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const error = await failure(ask({ proxy: `http://127.0.0.1:${port}` }, 1, 50));
    silent.close();
    expect(error.message).toBe(
      `ask: the proxy http://127.0.0.1:${port} cannot be reached: no answer in time`,
    );
  });
});
