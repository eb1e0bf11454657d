import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../adapters/prober/ask.ts';
import { hasGo } from '../cluster/programs.ts';
import { traefikProgram } from '../cluster/traefik/program.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('a 404 through a real Traefik (not run without Go)', () => {
  let app: Server;
  let traefik: ChildProcess;
  let folder: string;
  let port: number;

  beforeAll(async () => {
    // What http.NotFound of Go's library answers.
    app = createServer((_, response) => {
      const text = '404 page not found\n';
      const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
      response.writeHead(404, { ...headers, 'content-length': text.length }).end(text);
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-no-route-'));
    const routes = join(folder, 'routes.yaml');
    writeFileSync(
      routes,
      `http:
  routers: { app: { rule: "Host(\`shop.example\`)", service: app } }
  services: { app: { loadBalancer: { servers: [{ url: "http://127.0.0.1:${(app.address() as AddressInfo).port}" }] } } }
`,
    );
    port = await freePort();
    traefik = spawn(
      traefikProgram(),
      [
        `--entrypoints.web.address=127.0.0.1:${port}`,
        `--providers.file.filename=${routes}`,
        '--global.checknewversion=false',
        '--global.sendanonymoususage=false',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  });
  afterAll(async () => {
    if (traefik && traefik.exitCode === null) {
      const ended = once(traefik, 'exit');
      traefik.kill();
      await ended;
    }
    app?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const answer = (host: string) => ask({ url: `http://${host}/`, via: { host: '127.0.0.1', port } }, 60_000);

  it('is told by who gives it: the app, or an ingress controller without a route', async () => {
    // Traefik serves, and has read its routes, as soon as the app is reached at all.
    let asked = 0;
    app.on('request', () => asked++);
    await until(
      'Traefik reaches the app',
      async () => {
        await answer('shop.example');
        return asked;
      },
      () => (traefik.exitCode === null ? undefined : `Traefik ended with code ${traefik.exitCode}`),
    );
    expect(await answer('shop.example')).toEqual({ status: 404 });
    expect(await answer('nobody.example')).toEqual({ status: 404, routeless: true });
  });
});
