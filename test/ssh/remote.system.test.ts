import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRemote } from '../../adapters/ssh/remote.ts';
import type { RemoteRequest } from '../../capabilities/ports/remote.ts';
import { tarOf } from '../../generator/provision/machine/tar.ts';
import { sshProcesses } from './droplet.ts';
import { hasOpenSsh, type KeyPair, makeKey, type Sshd, startSshd } from './sshd.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;
const SECRET = 'sealed-in-a-drum';

describe.skipIf(skip)('a shell on a machine, through a real sshd (not run without OpenSSH)', () => {
  let folder: string;
  let key: KeyPair;
  let sshd: Sshd;
  const request = (more: Partial<RemoteRequest> = {}): RemoteRequest => ({
    host: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    knownHosts: { file: 'clusters/prod/known_hosts', text: sshd.knownHosts },
    key: { file: key.file },
    ...more,
  });
  const shell = (more?: Partial<RemoteRequest>) => openRemote(request(more));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-remote-'));
    key = makeKey(folder, 'operator');
    sshd = await startSshd(key.publicKey);
  });
  afterAll(async () => {
    await sshd?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives back what a command prints, byte for byte, apart from what OpenSSH says', async () => {
    const { code, stdout, stderr } = await shell().run("printf 'a\\0\\377b'; echo two >&2; exit 3");
    expect([...stdout]).toEqual([97, 0, 255, 98]);
    expect(stderr).toBe('two\n');
    expect(code).toBe(3);
    expect(await shell().run('exit 255')).toMatchObject({ code: 255, stderr: '' });
    expect((await shell().run('kill -9 $$')).code).toBe(255);
  });

  it('sends what is secret over standard input alone', async () => {
    const doing = shell({ key: { text: key.text } }).run('sleep 0.5; wc -c; env', { input: SECRET });
    let seen = '';
    for (let turn = 0; turn < 20 && seen === ''; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const [ssh] = sshProcesses();
      if (ssh)
        seen = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${ssh}/${file}`, 'latin1')).join();
    }
    expect(seen).toContain('StrictHostKeyChecking=yes');
    expect(seen).not.toContain(SECRET);
    for (const line of key.text.split('\n').slice(1, 4)) expect(seen).not.toContain(line);
    const { stdout } = await doing;
    expect(stdout.toString()).toMatch(new RegExp(`^${SECRET.length}\\n`));
    expect(stdout.toString()).not.toContain(SECRET);
  });

  it('keeps a key on disk only while OpenSSH logs in, and leaves nothing behind', async () => {
    // A place where nobody else puts anything.
    const temporary = mkdtempSync(join(tmpdir(), 'lunchbox-own-'));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporary;
    try {
      const doing = shell({ key: { text: key.text } }).run('sleep 1');
      await new Promise((resolve) => setTimeout(resolve, 800));
      const [own = ''] = readdirSync(temporary);
      expect(readdirSync(join(temporary, own)).sort()).toEqual(['known_hosts', 'log']);
      await doing;
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      rmSync(temporary, { recursive: true, force: true });
    }
    expect(sshProcesses()).toEqual([]);
  });

  it('tells whole lines while a command runs', async () => {
    const lines: string[] = [];
    await shell().run('echo one; printf tw; sleep 0.2; echo o; echo three >&2; printf end', {
      onLine: (line, stream) => lines.push(`${stream}: ${line}`),
    });
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual([
      'stdout: one',
      'stdout: two',
      'stdout: end',
    ]);
    expect(lines).toContain('stderr: three');
  });

  it('carries an archive that tar reads', async () => {
    const long = `${'folder/'.repeat(20)}file.nix`;
    const archive = tarOf([
      { path: 'nixos/run.sh', text: '#!/bin/sh\necho ran\n' },
      { path: long, text: 'ü'.repeat(700) },
      { path: 'empty', text: '' },
    ]);
    const { code, stdout, stderr } = await shell().run(
      `set -e; cd "$(mktemp -d)"; tar -x -f -; ./nixos/run.sh; wc -c <${long}; find . -type f | wc -l; rm -rf "$PWD"`,
      { input: archive },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.toString()).toBe('ran\n1400\n3\n');
  });

  it('reads no configuration of the user', async () => {
    const home = mkdtempSync(join(tmpdir(), 'lunchbox-home-'));
    execFileSync('mkdir', ['-m', '0700', join(home, '.ssh')]);
    writeFileSync(join(home, '.ssh/config'), 'Host *\n  ProxyCommand false\n');
    const old = process.env.HOME;
    process.env.HOME = home;
    try {
      expect((await shell().run('echo in')).stdout.toString()).toBe('in\n');
    } finally {
      process.env.HOME = old;
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('sends nothing to a machine with another key, or to one that is not pinned', async () => {
    const other = makeKey(folder, 'other-host');
    const pinned = (text: string) => ({ knownHosts: { file: 'clusters/prod/known_hosts', text } });
    const marker = join(folder, 'was-here');
    await expect(
      shell(pinned(`[127.0.0.1]:${sshd.port} ${other.publicKey}\n`)).run(`touch ${marker}`),
    ).rejects.toThrow(/shows another host key than the pinned one[\s\S]*pinned: ssh-ed25519 SHA256/);
    await expect(shell(pinned('')).run(`touch ${marker}`)).rejects.toThrow('holds no host key of');
    expect(() => readFileSync(marker)).toThrow('ENOENT');
    // Either of two keys will do, under the name that the file has for the machine.
    const two = `droplet.example ${other.publicKey}\ndroplet.example ${sshd.hostKey.publicKey}\n`;
    expect((await shell({ ...pinned(two), hostKeyAlias: 'droplet.example' }).run('echo in')).code).toBe(0);
  });

  it('says who is not let in, and what cannot be reached', async () => {
    const stranger = makeKey(folder, 'stranger');
    await expect(shell({ key: { file: stranger.file } }).run('true')).rejects.toMatchObject({
      message: expect.stringContaining(`does not let ${sshd.user} in with this key`),
      transient: false,
    });
    const knownHosts = { file: 'known_hosts', text: `127.0.0.1 ${sshd.hostKey.publicKey}\n` };
    await expect(shell({ port: 1, knownHosts }).run('true')).rejects.toMatchObject({
      message: expect.stringContaining('nothing listens at [127.0.0.1]:1'),
      transient: true,
    });
    expect(() => shell({ host: '-oProxyCommand=x' })).toThrow('the host cannot be "-oProxyCommand=x"');
    expect(() => shell({ key: { text: 'nonsense' } })).toThrow('is no private key');
    await expect(openRemote(request(), { program: 'no-such-ssh' }).run('true')).rejects.toThrow(
      'no-such-ssh is not installed',
    );
  });

  it('tells a line that was cut, and a command that takes too long, which may be tried again', async () => {
    let doing: Promise<unknown> = Promise.resolve();
    await new Promise<string>((resolve) => {
      doing = shell().run('echo in; sleep 20', { onLine: resolve });
      // Whether it is cut is looked at below.
      doing.catch(() => {});
    });
    const told = expect(doing).rejects.toMatchObject({
      message: expect.stringContaining('was cut'),
      transient: true,
    });
    expect(sshd.cut()).toBeGreaterThan(0);
    await told;
    await expect(shell().run('sleep 20', { timeout: 700 })).rejects.toMatchObject({
      message: expect.stringContaining('was not done in time'),
      transient: true,
    });
    const signal = AbortSignal.timeout(500);
    await expect(shell().run('sleep 20', { signal })).rejects.toThrow('was given up');
    expect(sshProcesses()).toEqual([]);
  });
});
