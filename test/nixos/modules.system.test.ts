import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  evaluate,
  fixture,
  fixtureNames,
  type HostFile,
  hasNix,
  libraries,
  modulesFolder,
  nix,
} from './evaluate.ts';
import { broken, PROMISES } from './promises.ts';

const skip = !hasNix && !process.env.LUNCHBOX_REQUIRE_ALL;
const repository = join(modulesFolder, '..');

describe.skipIf(skip)('the modules of NixOS (not run without Nix)', () => {
  const files = ['flake.nix', 'nixos', 'test/nixos'].flatMap((name) =>
    name.endsWith('.nix')
      ? [name]
      : readdirSync(join(repository, name), { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.nix'))
          .map((file) => join(name, file)),
  );
  it('are written so that Nix can read them', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(nix(['--parse', ...files.map((file) => join(repository, file))])).toMatchObject({ status: 0 });
  });

  for (const { name: library, library: folder } of libraries())
    describe(`with ${library}`, () => {
      it.each(fixtureNames)('keep every promise: %s', (name) => {
        const host = fixture(name);
        expect(broken(evaluate(host, { library: folder }), host)).toEqual([]);
      });

      it.each(fixtureNames)('make an image that is of no machine: %s', (name) => {
        const { network, ...host } = fixture(name);
        if (host.role === 'agent') return;
        const config = evaluate({ ...host, network }, { library: folder, image: true });
        expect(broken(config, host)).toEqual([]);
        expect(config.lunchbox.network).toBeNull();
        expect(config.virtualisation.digitalOcean).toMatchObject({
          rebuildFromUserData: false,
          setSshKeys: false,
          setRootPassword: false,
        });
        expect(config.services['do-agent'].enable).toBe(false);
      });
    });

  it('keep every promise for what this repository commits', () => {
    for (const environment of readdirSync(join(repository, 'clusters'))) {
      const file = join(repository, 'clusters', environment, 'host.json');
      if (!existsSync(file)) continue;
      const host = JSON.parse(readFileSync(file, 'utf8')) as HostFile;
      expect(broken(evaluate(host), host), environment).toEqual([]);
    }
  });

  it('have a promise about every kind of host, and a host for every promise', () => {
    for (const [name, { about }] of Object.entries(PROMISES))
      expect(fixtureNames.map(fixture).some(about), name).toBe(true);
  });

  it('come to the same with the stub and with the library of nixpkgs, where there is one', () => {
    const [stub, real] = libraries();
    if (real)
      for (const name of fixtureNames)
        expect(evaluate(fixture(name), stub)).toEqual(evaluate(fixture(name), real));
  });

  it('leave opinions to whoever has others', () => {
    const host = fixture('server-volume');
    const extra = `{ nix.gc.dates = "daily"; zramSwap.enable = false; fileSystems."/".device = "/dev/disk/by-label/nixos";
      systemd.timers.lunchbox-backup.timerConfig.OnCalendar = "hourly"; lunchbox.unattendedSwitch.enable = false; }`;
    const config = evaluate(host, { extra });
    expect(config.nix.gc.dates).toBe('daily');
    expect(config.zramSwap.enable).toBe(false);
    expect(config.fileSystems['/']?.device).toBe('/dev/disk/by-label/nixos');
    expect(config.systemd.timers['lunchbox-backup']?.timerConfig.OnCalendar).toBe('hourly');
    expect(config.systemd.services['lunchbox-unattended-switch']).toBeUndefined();
  });

  it('let a second server join', () => {
    const host = {
      ...fixture('first-of-several'),
      clusterInit: false,
      serverAddress: 'https://10.10.0.3:6443',
    };
    expect(broken(evaluate(host), host)).toEqual([]);
  });
});

describe.skipIf(skip)('what the modules refuse (not run without Nix)', () => {
  const { network, ...rest } = fixture('server-plain');
  const server = { ...rest, network };
  const failing = (host: unknown, options = {}) =>
    evaluate(host, options)
      .assertions.filter(({ assertion }) => !assertion)
      .map(({ message }) => message)
      .join('\n');

  it.each([
    ['a key that nobody knows', { ...server, volumes: [] }, 'volumes'],
    ['a role that nobody has', { ...server, role: 'master' }, 'role'],
    ['a port that is none', { ...server, port: 70000 }, 'port'],
    ['a host without a name', { ...server, hostName: undefined }, 'hostName'],
  ])('%s, as no configuration at all', (_, host, name) => {
    for (const { library } of libraries())
      expect(() => evaluate(host, { library })).toThrow(new RegExp(`option .lunchbox\\.${name}`));
  });

  it.each([
    ['an agent without a server', { ...server, role: 'agent', peers: ['10.10.0.2'] }, 'serverAddress'],
    [
      'an agent that nobody may talk to',
      { ...server, role: 'agent', serverAddress: 'https://10.10.0.2:6443' },
      'peers',
    ],
    ['an agent with a datastore', { ...fixture('agent'), clusterInit: true }, 'datastore'],
    [
      'a server that begins and joins',
      { ...server, clusterInit: true, serverAddress: 'https://10.10.0.2:6443' },
      'either begins',
    ],
    ['a droplet with an address that nobody may enter', { ...server, operators: [] }, 'lock everybody out'],
    [
      'options before the key of deliveries',
      { ...server, deploy: ['command="sh" ssh-ed25519 AAAA'] },
      'no public key',
    ],
    ['two keys in one', { ...server, deploy: ['ssh-ed25519 AAAA\nssh-ed25519 AAAA'] }, 'no public key'],
    ['SSH from nowhere', { ...server, sshFrom: [] }, 'nobody could come in'],
    ['a network without a gateway', { ...server, network: { ...network, gateway4: undefined } }, 'gateway4'],
    [
      'a network without name servers',
      { ...server, network: { ...network, nameservers: [] } },
      'nameservers',
    ],
    [
      'a network without its public card',
      { ...server, network: { ...network, interfaces: network?.interfaces.slice(1) } },
      'no interface eth0',
    ],
  ])('%s', (_, host, message) => {
    expect(failing(host)).toContain(message);
  });

  it('nftables, whose rules would be missing', () => {
    expect(failing(server, { extra: '{ networking.nftables.enable = true; }' })).toContain('iptables');
  });

  it('the scripted initrd, from the release on that does not have it', () => {
    const extra = '{ boot.initrd.systemd.enable = false; }';
    expect(failing(server, { extra })).toBe('');
    expect(failing(server, { extra, release: '26.11' })).toContain('boot.initrd.systemd.enable');
  });

  it('no other release, but says what it breaks', () => {
    expect(evaluate(server, { release: '26.11' }).warnings.join()).toMatch(/nixos-infect.*droplet-image/s);
  });

  it('no other Kubernetes, but says that nothing was validated against it', () => {
    const extra = '{ services.k3s.package = { version = "1.36.4+k3s1"; outPath = "/stub/k3s"; }; }';
    expect(evaluate(server, { extra }).warnings.join()).toMatch(/1\.36.*1\.35/s);
  });
});
