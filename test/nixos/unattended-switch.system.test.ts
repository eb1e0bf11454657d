import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modulesFolder } from './evaluate.ts';

const script = join(modulesFolder, 'maintenance/unattended-switch.sh');
const runs = ['bash', 'flock', 'timeout'].every((name) => spawnSync(name, ['--version']).status === 0);

/** A host in a folder: generations whose activation is a script, and stand-ins for nix, k3s and systemd. */
describe.skipIf(!runs && !process.env.LUNCHBOX_REQUIRE_ALL)(
  'security updates (not run without bash, flock and timeout)',
  () => {
    let folder: string;
    let ssh: Server;
    let port: number;
    const at = (...names: string[]) => join(folder, ...names);
    const program = (path: string, text: string) => {
      writeFileSync(path, `#!/usr/bin/env bash\nset -eu\n${text}\n`);
      chmodSync(path, 0o755);
    };
    /** A system whose activation makes it current, and then does what `more` says. */
    const generation = (name: string, { kernel = 'linux-1', more = '' } = {}) => {
      mkdirSync(at(name, 'bin'), { recursive: true });
      writeFileSync(at(kernel), '');
      symlinkSync(at(kernel), at(name, 'kernel'));
      program(
        at(name, 'bin/switch-to-configuration'),
        `echo "${name} $1" >> ${at('log')}\nln -sfn ${at(name)} ${at('current')}\n${more}`,
      );
    };
    const log = () => (existsSync(at('log')) ? readFileSync(at('log'), 'utf8').trim().split('\n') : []);
    const current = () => readlinkSync(at('current'));

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lunchbox-switch-'));
      ssh = createServer((socket) => {
        socket.on('error', () => {});
        socket.end('SSH-2.0-OpenSSH_10.0\r\n');
      }).listen(0, '127.0.0.1');
      await once(ssh, 'listening');
      const address = ssh.address();
      port = typeof address === 'object' && address ? address.port : 0;

      generation('old');
      symlinkSync(at('old'), at('current'));
      symlinkSync(at('old'), at('booted'));
      mkdirSync(at('bin'));
      mkdirSync(at('flake'));
      program(
        at('bin/nix'),
        `echo "nix $*" >> ${at('log')}\n[ ! -e ${at('complaint')} ] || cat ${at('complaint')} >&2\ncat ${at('built')}`,
      );
      program(
        at('bin/nix-env'),
        `test "$1 $3" = "--profile --set"\nln -sfn "$4" "$2"\necho "profile $4" >> ${at('log')}`,
      );
      program(
        at('bin/systemctl'),
        `test "$*" = "is-active --quiet k3s.service"\ntest ! -e ${at('k3s-is-down')}`,
      );
      program(
        at('bin/k3s'),
        `case "$*" in
          "kubectl get --raw /readyz") printf ok ;;
          "kubectl get nodes "*) cat ${at('nodes')} ;;
          *) exit 64 ;;
        esac`,
      );
      writeFileSync(at('nodes'), 'True\nTrue\n');
    });
    afterEach(() => {
      ssh.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const run = async (more: Record<string, string> = {}) => {
      const child = spawn('bash', [script], {
        env: {
          PATH: `${at('bin')}:${process.env.PATH}`,
          LUNCHBOX_ENVIRONMENT: 'prod',
          LUNCHBOX_CHANNEL: 'github:NixOS/nixpkgs/nixos-26.05',
          LUNCHBOX_ROLE: 'server',
          LUNCHBOX_SECONDS: '3',
          LUNCHBOX_SECONDS_BEFORE: '3',
          LUNCHBOX_SSH_PORT: String(port),
          LUNCHBOX_FLAKE: at('flake'),
          LUNCHBOX_PROFILE: at('profile'),
          LUNCHBOX_CURRENT: at('current'),
          LUNCHBOX_BOOTED: at('booted'),
          LUNCHBOX_RUN: at('run'),
          ...more,
        },
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          said += chunk;
        });
      const [status] = (await once(child, 'close')) as [number];
      return { status, said };
    };
    const builds = (name: string) => writeFileSync(at('built'), `${at(name)}\n`);

    it('does nothing when there is nothing new', async () => {
      builds('old');
      expect(await run()).toEqual({ status: 0, said: 'nothing new\n' });
      expect(log()).toEqual([
        'nix build --no-link --print-out-paths --no-write-lock-file --override-input nixpkgs github:NixOS/nixpkgs/nixos-26.05' +
          ` path:${at('flake')}#nixosConfigurations.prod.config.system.build.toplevel`,
      ]);
    });

    it('fails when updates do not get into what it builds, instead of finding nothing new for ever', async () => {
      builds('old');
      writeFileSync(
        at('complaint'),
        "warning: the flag '--override-input nixpkgs github:NixOS/nixpkgs/nixos-26.05' does not match any input\n",
      );
      const { status, said } = await run();
      expect(status).toBe(1);
      expect(said).toContain('flake.nix has no input `nixpkgs` that its hosts follow');
      expect(said).toContain('lunchbox.inputs.nixpkgs.follows');
      expect(said).not.toContain('nothing new');
    });

    it('says why the newest state cannot be built, and changes nothing', async () => {
      writeFileSync(at('complaint'), "error: attribute 'k3ss' missing\n");
      const { status, said } = await run();
      expect(status).toBe(1);
      expect(said).toContain("attribute 'k3ss' missing");
      expect(said).toContain('nothing is changed');
      expect(current()).toBe(at('old'));
    });

    it('switches, and says when a reboot is due', async () => {
      generation('new', { kernel: 'linux-2' });
      builds('new');
      const { status, said } = await run();
      expect(status, said).toBe(0);
      expect(said).toContain('the new kernel runs after the next reboot');
      expect(existsSync(at('run/reboot-needed'))).toBe(true);
      expect(log().slice(1)).toEqual([`profile ${at('new')}`, 'new switch']);
    });

    it('asks for no reboot with the same kernel', async () => {
      generation('new');
      builds('new');
      expect((await run()).said).toMatch(/\ndone\n$/);
      expect(existsSync(at('run/reboot-needed'))).toBe(false);
    });

    it.each([
      [
        'a node is not Ready',
        () => `printf 'True\\nFalse\\n' > ${at('nodes')}`,
        () => `printf 'True\\n' > ${at('nodes')}`,
      ],
      ['no node is there', () => `: > ${at('nodes')}`, () => `printf 'True\\n' > ${at('nodes')}`],
      ['k3s does not run', () => `touch ${at('k3s-is-down')}`, () => `rm -f ${at('k3s-is-down')}`],
    ])('goes back when %s afterwards', async (_, breaks, mends) => {
      generation('new', { more: breaks() });
      rmSync(at('old'), { recursive: true });
      rmSync(at('linux-1'));
      generation('old', { more: mends() });
      builds('new');
      const { status, said } = await run();
      expect(status).toBe(1);
      expect(said).toContain(`${at('old')} runs again`);
      expect(current()).toBe(at('old'));
      expect(readlinkSync(at('profile'))).toBe(at('old'));
    });

    it('goes back when the switch itself fails', async () => {
      generation('new', { more: 'exit 4' });
      builds('new');
      const { status, said } = await run();
      expect(status).toBe(1);
      expect(said).toContain('runs again');
      expect(log().slice(1)).toEqual([
        `profile ${at('new')}`,
        'new switch',
        `profile ${at('old')}`,
        'old switch',
      ]);
    });

    it('says when even that does not help', async () => {
      generation('new', { more: `touch ${at('k3s-is-down')}` });
      builds('new');
      expect(await run()).toMatchObject({ status: 1, said: expect.stringContaining('somebody has to look') });
    });

    it('changes nothing when the build fails', async () => {
      const { status } = await run();
      expect(status).not.toBe(0);
      expect(current()).toBe(at('old'));
      expect(existsSync(at('profile'))).toBe(false);
    });

    it.each([
      ['k3s does not answer', () => writeFileSync(at('k3s-is-down'), '')],
      ['SSH does not answer', () => void ssh.close()],
    ])('leaves a host alone where %s', async (_, harm) => {
      harm();
      builds('old');
      expect(await run()).toMatchObject({ status: 1, said: expect.stringContaining('not well') });
      expect(log()).toEqual([]);
    });

    it('asks an agent for no nodes', async () => {
      rmSync(at('nodes'));
      builds('old');
      expect((await run({ LUNCHBOX_ROLE: 'agent' })).said).toBe('nothing new\n');
    });

    it.each([
      ['an operator has the lock', () => writeFileSync(at('run/lock'), '4102444800 somebody\n')],
      [
        'a switch waits to be confirmed',
        () => {
          mkdirSync(at('run/pending'));
          writeFileSync(at('run/pending/deadline'), '4102444800\n');
        },
      ],
    ])('leaves the machine alone while %s', async (_, busy) => {
      mkdirSync(at('run'));
      busy();
      builds('old');
      expect(await run()).toMatchObject({ status: 0, said: expect.stringContaining('somebody works on') });
      expect(log()).toEqual([]);
    });

    it('takes a lock that has run out, and gives it back', async () => {
      mkdirSync(at('run'));
      writeFileSync(at('run/lock'), '1000 somebody\n');
      generation('new', { more: `cp ${at('run/lock')} ${at('seen')}` });
      builds('new');
      expect((await run()).status).toBe(0);
      expect(readFileSync(at('seen'), 'utf8')).toMatch(/^\d+ unattended\n$/);
      expect(existsSync(at('run/lock'))).toBe(false);
    });
  },
);
