import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiAnswers } from '../../adapters/ssh/api-answers.ts';
import { tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';
import { freePort } from '../support/free-port.ts';
import { type Droplet, KUBECONFIG, startDroplet } from './droplet.ts';
import { hasOpenSsh, type Sshd, startSshd } from './sshd.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('what the key of deliveries can do on a real sshd (not run without OpenSSH)', () => {
  let droplet: Droplet;
  /** Lets the same key do everything: what is refused elsewhere works here, so that it is the line that refuses. */
  let open: Sshd;
  /** As provisioned: the line, and sshd's own words on the user. */
  let closed: Sshd;
  let target: Server;
  let targetSocket: string;

  beforeAll(async () => {
    droplet = await startDroplet();
    open = await startSshd(droplet.key.publicKey, { config: 'AllowAgentForwarding yes\nX11Forwarding yes' });
    closed = await startSshd(droplet.line, { config: tunnelSshdConfig(open.user) });
    targetSocket = join(droplet.folder, 'target.sock');
    target = createServer((socket) => socket.end('reached')).listen(targetSocket);
  });
  afterAll(async () => {
    target?.close();
    await open?.stop();
    await closed?.stop();
    await droplet?.stop();
  });

  const options = (sshd: Sshd, name: string) => {
    const knownHosts = join(droplet.folder, `known-${sshd.port}-${name}`);
    writeFileSync(knownHosts, sshd.knownHosts);
    const set = [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      `UserKnownHostsFile=${knownHosts}`,
      'IdentityAgent=none',
      `IdentityFile=${droplet.key.file}`,
      `User=${sshd.user}`,
      `Port=${sshd.port}`,
    ];
    return ['-F', '/dev/null', ...set.flatMap((option) => ['-o', option])];
  };
  const ssh = (sshd: Sshd, ...args: string[]) =>
    spawnSync('ssh', [...options(sshd, 'run'), ...args], { input: '', encoding: 'utf8', timeout: 20_000 });
  /** Both sshds with the line, with and without sshd's own words. */
  const both = () => [droplet.sshd, closed];

  it('prints the kubeconfig, whatever else is asked for, and ends with its input', () => {
    expect(ssh(open, '127.0.0.1', 'echo mine').stdout).toBe('mine\n');
    for (const sshd of both()) {
      for (const command of [[], ['echo mine'], ['sh -i'], ['$(touch /tmp/x)']]) {
        const { status, stdout } = ssh(sshd, '127.0.0.1', ...command);
        expect(stdout).toBe(`${KUBECONFIG}\n...\n`);
        expect(status).toBe(0);
      }
    }
  });

  it('transfers no files', () => {
    const batch = join(droplet.folder, 'batch');
    writeFileSync(batch, 'pwd\n');
    const sftp = (sshd: Sshd) =>
      spawnSync('sftp', [...options(sshd, 'sftp'), '-b', batch, '127.0.0.1'], {
        encoding: 'utf8',
        timeout: 20_000,
      });
    expect(sftp(open).stdout).toContain('Remote working directory');
    for (const sshd of both()) {
      expect(sftp(sshd).status).not.toBe(0);
      const copy = join(droplet.folder, `copied-${sshd.port}`);
      const scp = spawnSync('scp', ['-O', ...options(sshd, 'scp'), droplet.key.file, `127.0.0.1:${copy}`], {
        encoding: 'utf8',
        timeout: 20_000,
      });
      expect(scp.status).not.toBe(0);
      expect(existsSync(copy)).toBe(false);
    }
  });

  it('gets no terminal', () => {
    expect(ssh(open, '-tt', '127.0.0.1', 'test -t 0 && echo terminal').stdout).toContain('terminal');
    for (const sshd of both())
      expect(ssh(sshd, '-tt', '127.0.0.1').stderr).toContain('PTY allocation request failed');
  });

  it('sets no variables, forwards no agent and no display', () => {
    const talk = (sshd: Sshd) => ssh(sshd, '-v', '-A', '127.0.0.1', 'env').stderr;
    expect(talk(open)).toContain('key options: agent-forwarding');
    for (const sshd of both())
      expect(talk(sshd)).toMatch(/key options: command permitopen (?:permitlisten )?port-forwarding\r?\n/);
  });

  /** What comes back through `-L` to a port or a socket of the droplet. */
  const through = async (sshd: Sshd, to: string): Promise<string> => {
    const local = join(droplet.folder, 'local.sock');
    return withSession(sshd, ['-o', 'StreamLocalBindUnlink=yes', '-L', `${local}:${to}`], async () => {
      if (to.endsWith(String(droplet.api.port)) || to.endsWith(String(droplet.https.port)))
        return (await apiAnswers(local, 10_000)) ? 'reached' : '';
      const socket = connect(local);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      await once(socket, 'close');
      return text;
    });
  };
  /** Does something while a session with these options stands; undefined when none came about. */
  const withSession = async <T>(sshd: Sshd, args: string[], act: () => Promise<T>): Promise<T> => {
    const child = spawn('ssh', [...options(sshd, 'session'), ...args, '127.0.0.1', 'echo ...; cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      let said = '';
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        said += chunk;
        if (said.includes('...\n')) break;
      }
      return await act();
    } finally {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  };

  it('reaches the three ports, and no other port, name or socket', async () => {
    const other = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      for (const to of [`127.0.0.1:${port}`, targetSocket]) expect(await through(open, to)).toBe('reached');
      for (const sshd of both()) {
        expect(await through(sshd, `127.0.0.1:${droplet.api.port}`)).toBe('reached');
        expect(await through(sshd, `127.0.0.1:${droplet.https.port}`)).toBe('reached');
        for (const to of [
          `127.0.0.1:${port}`,
          `localhost:${droplet.api.port}`,
          `127.0.0.2:${port}`,
          targetSocket,
        ])
          expect(await through(sshd, to), to).toBe('');
      }
    } finally {
      other.close();
    }
  });

  it('listens on no port of the droplet', async () => {
    const port = await freePort();
    const listens = (sshd: Sshd, at: string) =>
      ssh(sshd, '-o', 'ExitOnForwardFailure=yes', '-R', `${at}:127.0.0.1:1`, '127.0.0.1', 'true').status ===
      0;
    expect(listens(open, `127.0.0.1:${port}`)).toBe(true);
    for (const sshd of both())
      for (const at of [`127.0.0.1:${port}`, `localhost:${port}`, `${port}`, '0'])
        expect(listens(sshd, at), at).toBe(false);
  });

  it('makes a socket on the droplet unless sshd itself forbids it, and so it does', async () => {
    const makes = (sshd: Sshd) => {
      const remote = join(droplet.folder, `remote-${sshd.port}.sock`);
      return withSession(sshd, ['-R', `${remote}:127.0.0.1:1`], async () => {
        for (let turn = 0; turn < 20 && !existsSync(remote); turn++) await pause(25);
        return existsSync(remote);
      });
    };
    expect(await makes(open)).toBe(true);
    expect(await makes(droplet.sshd)).toBe(true);
    expect(await makes(closed)).toBe(false);
  });
});
