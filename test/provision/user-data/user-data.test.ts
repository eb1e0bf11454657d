import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkUserData } from '../../../generator/provision/user-data/check-user-data.ts';
import { hostKeyFrom } from '../../../generator/provision/user-data/host-key.ts';
import { nixString } from '../../../generator/provision/user-data/host-nix.ts';
import {
  imageUserData,
  USER_DATA_LIMIT,
  userData,
} from '../../../generator/provision/user-data/user-data.ts';
import { withHostKey } from '../../../generator/provision/user-data/with-host-key.ts';
import type { Environment } from '../../../generator/spec/environment.ts';
import { leaks } from '../../support/leak-scan.ts';
import { environmentWith, publicKey } from './environment.ts';

const FILE = 'clusters/prod/user-data.yaml';

interface CloudConfig {
  ssh_authorized_keys?: string[];
  write_files: { path: string; permissions: string; content: string }[];
  runcmd: string[];
  ssh_keys?: { ed25519_private: string; ed25519_public: string };
}

describe('user-data', () => {
  it('writes the first NixOS and the script, lets operators in, and runs the script with nothing between', () => {
    const key = publicKey(`me@laptop ${'$'}{x} 'quoted' # yes`);
    const text = userData({ ...environmentWith(), droplet: droplet({ operators: [key] }) });
    expect(text.split('\n')[0]).toBe('#cloud-config');
    const config = parse(text) as CloudConfig;
    expect(config).toMatchObject({ disable_root: false, ssh_pwauth: false, ssh_authorized_keys: [key] });
    const [host, script] = config.write_files;
    expect(host).toMatchObject({ path: '/etc/nixos/host.nix', permissions: '0644' });
    expect(host?.content).toContain(nixString(key));
    expect(host?.content).toContain('boot.initrd.systemd.enable = false;');
    expect(host?.content).toContain('system.stateVersion = lib.mkForce "26.05";');
    expect(script).toMatchObject({ path: '/root/become-nixos.sh', permissions: '0700' });
    expect(script?.content).toMatch(/^#!.*\n[\s\S]*\nset -euo pipefail\n/);
    expect(config.runcmd).toEqual(['exec /root/become-nixos.sh >/var/log/become-nixos.log 2>&1']);
    expect(text).not.toMatch(/\btee\b/);
  });

  it('only lets operators in where an image has NixOS already', () => {
    const key = publicKey();
    const text = imageUserData({ ...environmentWith(), droplet: droplet({ operators: [key] }) });
    checkUserData(FILE, text);
    expect(parse(text)).toEqual({
      package_update: false,
      package_upgrade: false,
      ssh_pwauth: false,
      disable_root: false,
      ssh_authorized_keys: [key],
    });
  });

  it('guards against everything that is known to break a conversion', () => {
    const script = (parse(userData(environmentWith())) as CloudConfig).write_files[1]?.content ?? '';
    for (const guard of [
      '/nixos-infect/7563801d3ae68c975e4027f4e31a3906dca95f30/nixos-infect\n',
      'infect_sha256=4cc3b5f8e4333ab4f02906d80a836c1b36e2887a51abf4eba4d9113b33934393\n',
      'sha256sum --check --status',
      'for mount in /boot/efi /boot;',
      '/etc/fstab',
      'bootFs=/boot',
      'NO_REBOOT=1',
      'NIX_CHANNEL=nixos-26.05',
      'NIXOS_IMPORT=./host.nix',
      'PROVIDER=digitalocean',
      'MemTotal:',
      'df --output=avail',
      'ip -6 route show default',
      '/root/.ssh/authorized_keys',
      '/etc/NIXOS_LUSTRATE',
    ])
      expect(script, guard).toContain(guard);
    expect(script).toMatch(
      /NIX_INSTALL_URL=https:\/\/releases\.nixos\.org\/nix\/nix-\d+\.\d+\.\d+\/install\n/,
    );
  });

  it('holds no secret, whatever the environment has', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/]{24,40}$/);
    fc.assert(
      fc.property(secret, secret, secret, (one, two, three) => {
        const environment = environmentWith();
        const [web] = environment.workloads;
        const full: Environment = {
          ...environment,
          workloads: web
            ? [{ ...web, env: { A: one, URL: `redis://:${two}@db` }, files: { '/a': three }, args: [one] }]
            : [],
          redis: { mode: 'external', connect: { host: one, password: two }, storage: '1Gi', memory: '1Gi' },
          droplet: {
            ...droplet({ operators: [publicKey()] }),
            backups: { endpoint: 'https://s3.example', bucket: `b-${three.toLowerCase()}`, region: 'x' },
          },
        };
        const text = userData(full);
        checkUserData(FILE, text);
        expect(leaks([[FILE, text]], [one, two, three])).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('stays below what a droplet takes, and refuses to grow beyond', () => {
    expect(Buffer.byteLength(userData(environmentWith()))).toBeLessThan(USER_DATA_LIMIT / 4);
    const operators = Array.from({ length: 400 }, () => publicKey('x'.repeat(60)));
    expect(() => userData({ ...environmentWith(), droplet: droplet({ operators }) })).toThrow(
      /clusters\/prod\/user-data\.yaml would have \d+ bytes/,
    );
    const many = userData({ ...environmentWith(), droplet: droplet({ operators: operators.slice(0, 140) }) });
    const sent = withHostKey(FILE, many, hostKeyFrom(randomBytes(32)));
    expect(Buffer.byteLength(sent)).toBeLessThan(USER_DATA_LIMIT);
  });

  it.each([
    [
      'a key at the top that is none',
      'pakage_update: false',
      ':2:1: unknown key `pakage_update`; did you mean `package_update`?',
    ],
    ['a host key that was committed', 'ssh_keys: {}', ':2:1: unknown key `ssh_keys`'],
    [
      'a private key',
      'runcmd: ["-----BEGIN OPENSSH PRIVATE KEY-----"]',
      ':2:1: a private key stands in user-data',
    ],
    ['a token', `runcmd: ["dop_v1_${'a'.repeat(64)}"]`, ':2:1: a DigitalOcean token'],
    ['a token of k3s', `runcmd: ["K10${'0a'.repeat(32)}::server:1"]`, ':2:1: a token of k3s'],
    ['a key of age', 'runcmd: ["AGE-SECRET-KEY-1QQ"]', ':2:1: a key of age'],
    ['what is no YAML', 'runcmd: [', 'not valid YAML'],
    ['what is no mapping', '- a', 'this is no mapping'],
  ])('is looked at before it is sent: %s', (_, line, expected) => {
    expect(() => checkUserData(FILE, `#cloud-config\n${line}\n`)).toThrow(expected);
    expect(() => withHostKey(FILE, `#cloud-config\n${line}\n`, hostKeyFrom(randomBytes(32)))).toThrow(FILE);
  });

  it('must begin as cloud-init wants it, and fit', () => {
    expect(() => checkUserData(FILE, '# cloud-config\nruncmd: []\n')).toThrow(':1:1: the first line is not');
    expect(() => checkUserData(FILE, `#cloud-config\nruncmd: [${'x'.repeat(USER_DATA_LIMIT)}]\n`)).toThrow(
      `a droplet takes ${USER_DATA_LIMIT}`,
    );
  });

  it('takes the host key of one run, and is else what was committed', () => {
    const text = userData(environmentWith());
    const key = hostKeyFrom(randomBytes(32));
    const sent = withHostKey(FILE, text, key);
    expect(sent.startsWith(text)).toBe(true);
    expect((parse(sent) as CloudConfig).ssh_keys).toEqual({
      ed25519_private: key.privateKey,
      ed25519_public: key.publicKey,
    });
    expect(() => withHostKey(FILE, sent, key)).toThrow('ssh_keys');
  });
});

function droplet(ssh: { operators: string[] }): Environment['droplet'] {
  const { droplet } = environmentWith();
  return { ...droplet, ssh: { ...droplet.ssh, ...ssh } };
}
