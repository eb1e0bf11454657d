import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTunnel, type TunnelOptions } from '../../adapters/ssh/tunnel.ts';
import type { TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { authorizedKey, tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';
import { freePort } from '../support/free-port.ts';
import { type Droplet, leftFolders, SECRET, sshProcesses, startDroplet } from './droplet.ts';
import { hasOpenSsh, makeKey, type Sshd, startSshd } from './sshd.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('what may stand between here and the droplet (not run without OpenSSH)', () => {
  let droplet: Droplet;
  const temporary = process.env.TMPDIR;
  const others: Sshd[] = [];
  const listeners: { server: Server; sockets: Set<Socket> }[] = [];

  beforeAll(async () => {
    droplet = await startDroplet();
    // A folder of its own shows what is left behind, whatever else runs on this machine.
    process.env.TMPDIR = join(droplet.folder, 'tmp');
    mkdirSync(process.env.TMPDIR);
  });
  afterEach(async () => {
    for (const sshd of others.splice(0)) await sshd.stop();
    for (const { server, sockets } of listeners.splice(0)) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
  afterAll(async () => {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    await droplet?.stop();
  });

  /** The text of a UserError with a remedy, which tells no secret; nothing is left of the attempt. */
  const failure = async (more: Partial<TunnelRequest> = {}, options: TunnelOptions = {}): Promise<string> => {
    const request = droplet.request({ connectTimeout: 3, ...more });
    const error: unknown = await openTunnel(request, options).then(
      async (tunnel) => {
        await tunnel.close();
        return new Error('it succeeded');
      },
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'UserError' });
    expect(sshProcesses()).toEqual([]);
    expect(leftFolders()).toEqual([]);
    const { message, stack } = error as Error;
    expect(message).toMatch(/\n {2}\S/);
    for (const line of [SECRET, ...droplet.key.text.split('\n').slice(1, 3)])
      expect(stack).not.toContain(line);
    return message;
  };
  /** Another droplet at another port, with the same API server. */
  const anotherSshd = async (line: string, config = '', port?: number): Promise<Partial<TunnelRequest>> => {
    const sshd = await startSshd(line, { config, ...(port === undefined ? {} : { port }) });
    others.push(sshd);
    return { port: sshd.port, knownHosts: { file: 'known_hosts', text: sshd.knownHosts } };
  };
  const listen = async (greet: (socket: Socket) => void): Promise<{ port: number; count: () => number }> => {
    const sockets = new Set<Socket>();
    let count = 0;
    const server = createServer((socket) => {
      count++;
      sockets.add(socket);
      socket.on('error', () => {});
      greet(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    listeners.push({ server, sockets });
    const address = server.address();
    return { port: typeof address === 'object' && address ? address.port : 0, count: () => count };
  };
  const pinned = (port: number) => ({
    port,
    knownHosts: { file: 'known_hosts', text: `[127.0.0.1]:${port} ${droplet.sshd.hostKey.publicKey}` },
  });

  it('nothing listens: tried again a few times, and no more', async () => {
    const port = await freePort();
    const waits: number[] = [];
    const retried: string[] = [];
    const options: TunnelOptions = {
      sleep: async (milliseconds) => void waits.push(milliseconds),
      random: () => 1,
      onRetry: (error) => retried.push(error.message),
    };
    const message = await failure({ ...pinned(port), tries: 4 }, options);
    expect(message).toContain(`nothing listens at [127.0.0.1]:${port}`);
    expect(message).toContain('host.json');
    expect(waits).toEqual([500, 1000, 2000]);
    expect(retried).toHaveLength(3);
    expect(await failure({ ...pinned(port), tries: 2 }, { ...options, random: () => 0 })).toBeDefined();
    expect(waits[3]).toBe(250);
  });

  it('somebody listens and never says anything', async () => {
    const { port, count } = await listen(() => {});
    const message = await failure({ ...pinned(port), connectTimeout: 1, tries: 2 }, { first: 1 });
    expect(message).toContain(`[127.0.0.1]:${port} takes connections and says nothing`);
    expect(count()).toBe(2);
  });

  it('somebody begins like OpenSSH and then says nothing', async () => {
    const { port } = await listen((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await failure({ ...pinned(port), connectTimeout: 1 })).toContain('says nothing');
  });

  it('the connection is reset, or ended, before anybody could log in', async () => {
    const reset = await listen((socket) => socket.resetAndDestroy());
    expect(await failure({ ...pinned(reset.port), tries: 3 }, { first: 1 })).toContain(
      'cut the connection before anybody could log in',
    );
    expect(reset.count()).toBe(3);
    const ended = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await failure(pinned(ended.port))).toContain('cut the connection');
  });

  it('a name that leads nowhere is not tried again', async () => {
    const retried: string[] = [];
    const message = await failure(
      { host: 'droplet.invalid', tries: 3 },
      { first: 1, onRetry: (error) => retried.push(error.message) },
    );
    expect(message).toContain('droplet.invalid cannot be found');
    // A machine without a name server cannot know whether it is there.
    for (const text of retried) expect(text).toMatch(/temporar/i);
  });

  it('an unknown host key: says which key was shown, and how the right one is pinned', async () => {
    const knownHosts = { file: 'clusters/staging/known_hosts', text: '# nothing yet\n' };
    const message = await failure({ knownHosts, tries: 3 }, { onRetry: never });
    const name = `[127.0.0.1]:${droplet.sshd.port}`;
    const shown = `ssh-ed25519 ${droplet.sshd.hostKey.fingerprint}`;
    expect(message).toContain(
      `clusters/staging/known_hosts holds no host key of ${name}, which shows ${shown}`,
    );
    expect(message).toContain(`Write \`${name} ssh-ed25519 AAAA…\` into clusters/staging/known_hosts`);
  });

  it('a changed host key: says what was pinned and what was shown, and sends nothing', async () => {
    const before = makeKey(droplet.folder, 'host-before');
    const text = `# pinned at provisioning\n[127.0.0.1]:${droplet.sshd.port} ${before.publicKey}\n`;
    const knownHosts = { file: 'clusters/prod/known_hosts', text };
    const message = await failure({ knownHosts, tries: 3 }, { onRetry: never });
    expect(message).toContain('shows another host key than the pinned one');
    expect(message).toContain(`pinned: ssh-ed25519 ${before.fingerprint} (clusters/prod/known_hosts:2)`);
    expect(message).toContain(`shown:  ssh-ed25519 ${droplet.sshd.hostKey.fingerprint}`);
    expect(message).toContain('Either the droplet was rebuilt, or somebody stands between');
  });

  it('a host key of another kind than the pinned one is a changed one', async () => {
    const rsa = makeKey(droplet.folder, 'host-rsa', '', 'rsa');
    const text = `[127.0.0.1]:${droplet.sshd.port} ${rsa.publicKey}\n`;
    const message = await failure({ knownHosts: { file: 'known_hosts', text } });
    expect(message).toContain(`pinned: ssh-rsa ${rsa.fingerprint} (known_hosts:1)`);
    expect(message).toContain(`shown:  ssh-ed25519 ${droplet.sshd.hostKey.fingerprint}`);
  });

  it('a revoked host key', async () => {
    const name = `[127.0.0.1]:${droplet.sshd.port}`;
    const { publicKey, fingerprint } = droplet.sshd.hostKey;
    const text = `@revoked ${name} ${publicKey}\n${name} ${publicKey}\n`;
    const message = await failure({ knownHosts: { file: 'known_hosts', text } });
    expect(message).toContain(
      `${name} shows a host key that known_hosts calls revoked: ssh-ed25519 ${fingerprint}`,
    );
  });

  it('a key that the droplet does not know is offered once', async () => {
    const stranger = makeKey(droplet.folder, 'stranger');
    const message = await failure({ key: { file: stranger.file }, tries: 3 }, { onRetry: never });
    expect(message).toContain(`does not let ${droplet.sshd.user} in with this key`);
    expect(message).toContain('authorized_keys');
  });

  it('a damaged key', async () => {
    const lines = droplet.key.text.split('\n');
    lines.splice(2, 1);
    expect(await failure({ key: { text: lines.join('\n') }, tries: 3 }, { onRetry: never })).toContain(
      'OpenSSH cannot read the private key',
    );
  });

  it('an agent without keys, and no agent at all', async () => {
    const socket = join(droplet.folder, 'agent.sock');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    const before = process.env.SSH_AUTH_SOCK;
    try {
      await once(agent.stdout, 'data');
      process.env.SSH_AUTH_SOCK = socket;
      expect(await failure({ key: undefined })).toContain('no key was offered');
      const add = spawn('ssh-add', ['-q', droplet.key.file], { stdio: 'ignore' });
      expect(await once(add, 'exit')).toEqual([0, null]);
      const tunnel = await openTunnel(droplet.request({ key: undefined }));
      expect(tunnel.kubeconfig).toContain('kind: Config');
      await tunnel.close();
      delete process.env.SSH_AUTH_SOCK;
      expect(await failure({ key: undefined })).toContain('no agent runs');
    } finally {
      if (before === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = before;
      agent.kill();
    }
  });

  it('the forced command fails', async () => {
    const kubeconfig = join(droplet.folder, 'not-there');
    const line = authorizedKey(droplet.key.publicKey, { kubeconfig, ...droplet.ports });
    const message = await failure({ ...(await anotherSshd(line)), tries: 3 }, { onRetry: never });
    expect(message).toContain('the command that prints the kubeconfig failed on');
    expect(message).toContain(`with code 1 (cat: ${kubeconfig}: No such file or directory)`);
  });

  it.each([
    ['prints nothing and ends', 'true', /sent no kubeconfig: its command ended after 0 bytes/],
    ['prints something else', `echo token: ${SECRET}; echo ...; cat`, /sent something that is no kubeconfig/],
    [
      'prints a kubeconfig that would run a program here',
      'echo kind: Config; echo clusters: []; echo users: [{user: {exec: {command: sh}}}]; echo ...; cat',
      /a kubeconfig that wants something of this machine \(`exec`\)/,
    ],
    [
      'prints half of one and waits',
      `echo kind: Config; cat >/dev/null`,
      /sent no whole kubeconfig in time \(13 bytes came\)/,
    ],
    ['prints no end of it', 'yes kind: Config', /no kubeconfig \(\d+ bytes and more\)/],
  ])('the forced command %s', async (_name, command, expected) => {
    const line = `restrict,port-forwarding,command="${command}" ${droplet.key.publicKey}`;
    const other = await anotherSshd(line);
    const message = await failure({ ...other, connectTimeout: 1 }, { onRetry: never });
    expect(message).toMatch(expected);
    expect(message).toContain('authorized_keys');
  });

  it('the key is not allowed to forward', async () => {
    const line = droplet.line.replace('port-forwarding,', '');
    const message = await failure(await anotherSshd(line));
    expect(message).toContain(`does not forward to 127.0.0.1:${droplet.api.port} for this key`);
    const denied = await anotherSshd(droplet.line, 'AllowTcpForwarding no');
    expect(await failure(denied)).toContain('does not forward to');
  });

  it('no API server runs on the droplet', async () => {
    const apiPort = await freePort();
    const kubeconfig = join(droplet.folder, 'kubeconfig');
    const line = authorizedKey(droplet.key.publicKey, { ...droplet.ports, kubeconfig, apiPort });
    const other = await anotherSshd(line, tunnelSshdConfig());
    const message = await failure({ ...other, apiPort }, { onRetry: never });
    expect(message).toContain(`nothing listens at 127.0.0.1:${apiPort} on`);
    expect(message).toContain('systemctl status k3s');
  });

  it('OpenSSH is not installed, or cannot be run', async () => {
    expect(await failure({}, { program: 'no-such-ssh' })).toContain('no-such-ssh is not installed');
    const program = join(droplet.folder, 'bin/ssh');
    mkdirSync(dirname(program));
    writeFileSync(program, '');
    chmodSync(program, 0o600);
    expect(await failure({}, { program })).toContain('cannot be run (EACCES)');
  });
});

function never(error: Error): void {
  throw new Error('it was tried again', { cause: error });
}
