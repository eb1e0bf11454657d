import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type Server as Listener, createServer as listen } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizedKey, tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane/control-plane.ts';
import { hasGo } from '../cluster/programs.ts';
import { hasOpenSsh, makeKey, type Sshd, startSshd } from '../ssh/sshd.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';

const busy = await Promise.all([6443, 80].map(isBusy)).then((ports) => ports.some(Boolean));
const skip = (!(hasGo && hasOpenSsh) || busy) && !process.env.LUNCHBOX_REQUIRE_ALL;
const CLI = join(process.cwd(), 'cli/bin.mjs');
const TOKEN = 'test-token';

/** An app without secrets or TLS, whose Ingress is for plain HTTP. */
const manifests = (image: string) => ({
  'namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { app: shop } }\n',
  'service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080, protocol: TCP }] }\n',
  'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: traefik
  rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/shop@sha256:${image.padEnd(64, '0')}
          ports: [{ containerPort: 8080, protocol: TCP }]
          readinessProbe: { httpGet: { path: /, port: 8080 } }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
`,
});

describe.skipIf(skip)(
  'a delivery to a droplet, by its command, through a real sshd (not run without Go and OpenSSH, or with 6443 or 80 taken)',
  () => {
    let plane: ControlPlane;
    let sshd: Sshd;
    let folder: string;
    let repository: GitRepository;
    let ingress: Server;
    const relays: Listener[] = [];
    let hosts: string[] = [];
    let said = '';

    beforeAll(async () => {
      plane = await startControlPlane();
      folder = mkdtempSync(join(tmpdir(), 'lunchbox-deploy-ssh-'));
      // What k3s has on a droplet's loopback.
      relays.push(await relay(6443, Number(new URL(plane.access.server).port)));
      ingress = createServer((request, response) => {
        hosts.push(request.headers.host ?? '');
        response.end('lunch');
      });
      await new Promise<void>((resolve) => ingress.listen(80, '127.0.0.1', resolve));
      const kubeconfig = join(folder, 'k3s.yaml');
      writeFileSync(
        kubeconfig,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          'current-context': 'default',
          contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
          clusters: [
            {
              name: 'default',
              cluster: {
                server: 'https://127.0.0.1:6443',
                'certificate-authority-data': Buffer.from(plane.access.ca ?? '').toString('base64'),
              },
            },
          ],
          users: [{ name: 'default', user: { token: plane.access.token } }],
        }),
      );
      const key = makeKey(folder, 'deploy');
      sshd = await startSshd(authorizedKey(key.publicKey, { kubeconfig }), { config: tunnelSshdConfig() });
      repository = gitRepository();
      repository.commit('environment', {
        'lunchbox.yaml':
          'app: shop\nimage: { repository: ghcr.io/acme/shop, tag: main }\nworkloads: { web: { port: 8080, health: / } }\nenvironments: { prod: {} }\n',
        'clusters/prod/host.json': JSON.stringify({ address: '127.0.0.1', port: sshd.port, user: sshd.user }),
        'clusters/prod/known_hosts': sshd.knownHosts,
      });
    });
    afterAll(async () => {
      await sshd?.stop();
      ingress?.closeAllConnections();
      ingress?.close();
      for (const each of relays) each.close();
      await plane?.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    const release = (image: string) =>
      repository.commit(
        image,
        Object.fromEntries(
          Object.entries(manifests(image)).map(([name, text]) => [`clusters/prod/manifests/${name}`, text]),
        ),
      );
    const lunchbox = (...args: string[]) =>
      new Promise<{ code: number; text: string }>((resolve) => {
        const all = [CLI, ...args, '--ssh-key', join(folder, 'deploy')];
        const env = { ...process.env, NO_COLOR: '1' };
        execFile(process.execPath, all, { cwd: repository.folder, env }, (error, stdout, stderr) => {
          said += stdout + stderr;
          resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr });
        });
      });

    it('reaches the API and the ingress at its loopback, and proves that users get answers', async () => {
      release('aaaa');
      const { code, text } = await lunchbox('deploy', 'prod');
      expect(text).toContain('delivered as release 1');
      expect(text).toContain('droplet 127.0.0.1');
      expect(code).toBe(0);
      expect(new Set(hosts)).toEqual(new Set(['shop.example']));
      expect(text).toMatch(/http:\/\/shop\.example\/: [\d,]+ requests, 0 failed/);
      const status = await lunchbox('status', 'prod');
      expect(status.text).toContain('4 objects, all ready');
      expect(status.code).toBe(0);
    });

    it('goes on when the line is cut in the middle', async () => {
      release('bbbb');
      hosts = [];
      const running = lunchbox('deploy', 'prod');
      // Users are asked from before workloads change: from then on it is in the middle.
      while (hosts.length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(sshd.cut()).toBe(1);
      const { code, text } = await running;
      expect(text).toContain('delivered as release 2');
      expect(code).toBe(0);
    });

    it('does not take a line that is down for what users notice', async () => {
      release('bb22');
      hosts = [];
      const running = lunchbox('deploy', 'prod', '--max-downtime', '1s');
      while (hosts.length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
      // Whoever calls waits, as when packets are lost.
      process.kill(sshd.pid, 'SIGSTOP');
      try {
        expect(sshd.cut()).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 3_000));
      } finally {
        process.kill(sshd.pid, 'SIGCONT');
      }
      const { code, text } = await running;
      expect(text).toContain('delivered as release 3');
      expect(text).toMatch(
        /, 0 failed, longest gap \d+ ms, not asked for [\d,]{5,} ms while the line was cut/,
      );
      expect(text).toMatch(
        /warning .*shop\.example\/ was not asked for [\d,]+ ms while the line was cut: .* allowed are 1,000 ms/,
      );
      expect(code).toBe(0);
    });

    it('takes back what users would notice for longer than allowed', async () => {
      release('cccc');
      hosts = [];
      const running = lunchbox('deploy', 'prod', '--max-downtime', '500ms');
      while (hosts.length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
      const answers = ingress.listeners('request') as ((...args: unknown[]) => void)[];
      ingress.removeAllListeners('request');
      const refuse = (_request: unknown, response: { writeHead(status: number): { end(): void } }) =>
        response.writeHead(503).end();
      ingress.on('request', refuse as never);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      ingress.removeAllListeners('request');
      for (const answer of answers) ingress.on('request', answer);
      const { code, text } = await running;
      expect(text).toMatch(/users went without an answer for \d+ ms .*; allowed are 500 ms/);
      expect(text).toContain('the last good release was put back; release 3 runs');
      expect(text).toMatch(/503/);
      expect(code).toBe(1);
    });

    it('does not talk to a machine that it does not know', async () => {
      const pinned = join(repository.folder, 'clusters/prod/known_hosts');
      const other = makeKey(folder, 'other');
      writeFileSync(pinned, `[127.0.0.1]:${sshd.port} ${other.publicKey}\n`);
      const { code, text } = await lunchbox('status', 'prod');
      expect(code).toBe(2);
      expect(text).toMatch(/known_hosts/);
      expect(text).toContain(other.fingerprint);
      writeFileSync(pinned, sshd.knownHosts);
    });

    it('never told a credential', () => {
      expect(said).not.toContain(TOKEN);
      expect(said).not.toContain('PRIVATE KEY');
    });
  },
);

function isBusy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = listen();
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}

async function relay(from: number, to: number): Promise<Listener> {
  const server = listen((client) => {
    const upstream = connect(to, '127.0.0.1');
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(from, '127.0.0.1', resolve));
  return server;
}
