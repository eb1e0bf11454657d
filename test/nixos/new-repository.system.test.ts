import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flakeText } from '../../generator/init/flake.ts';
import { ANSWERS } from '../workflows/variants.ts';
import { fixture, hasNix, nix } from './evaluate.ts';

const skip = !hasNix && !process.env.LUNCHBOX_REQUIRE_ALL;
const lunchbox = join(import.meta.dirname, '../..');

describe.skipIf(skip)('the flake of a new repository (not run without Nix)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-flake-'));
    mkdirSync(join(folder, 'clusters/prod'), { recursive: true });
    writeFileSync(join(folder, 'clusters/prod/host.json'), JSON.stringify(fixture('unprovisioned')));
    writeFileSync(join(folder, 'flake.nix'), flakeText(ANSWERS));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('names the release whose actions its workflows use', () => {
    const source = `(import ${folder}/flake.nix).inputs.lunchbox.url`;
    const { stdout } = nix(['--eval', '--strict', '--json', '--expr', source]);
    expect(JSON.parse(stdout)).toBe('github:acme/lunchbox/0123456789abcdef0123456789abcdef01234567');
  });

  it('offers its hosts, their images and what an operator needs, from nothing but its own host.json', () => {
    const { status, stdout, stderr } = nix([
      '--eval',
      '--strict',
      '--json',
      '--expr',
      `let
        nixpkgs = import ${join(import.meta.dirname, 'stub/nixpkgs.nix')};
        lunchbox = (import ${lunchbox}/flake.nix).outputs { self = lunchbox; inherit nixpkgs; } // { inputs = { inherit nixpkgs; }; };
        outputs = (import ${folder}/flake.nix).outputs { self = outputs; inherit lunchbox nixpkgs; };
      in {
        hosts = builtins.mapAttrs (_: { config, ... }: {
          name = config.networking.hostName;
          flake = config.environment.etc."lunchbox/flake".source;
        }) outputs.nixosConfigurations;
        inherit (outputs) packages;
        shell = outputs.devShells.x86_64-linux.default;
      }`,
    ]);
    expect(stderr.replace(/^warning: .*\n/gm, '')).toBe('');
    expect(status).toBe(0);
    const { hosts, packages, shell } = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    const { hostName } = fixture('unprovisioned');
    expect(hosts).toEqual({
      prod: { name: hostName, flake: expect.stringContaining('flake.nix flake.lock') },
    });
    expect(packages).toEqual({
      'x86_64-linux': { 'droplet-image-prod': { hostName, network: null, drvPath: `image of ${hostName}` } },
    });
    expect(shell).toContain('doctl');
  });

  it("builds hosts with a newer state of its release, as a host's own security updates do", () => {
    const at = (...names: string[]) => join(folder, 'updates', ...names);
    // Two states of nixpkgs, which name what they build.
    for (const state of ['locked', 'newest']) {
      cpSync(join(import.meta.dirname, 'stub'), at(state), { recursive: true });
      const text = readFileSync(at(state, 'nixpkgs.nix'), 'utf8');
      writeFileSync(at(state, 'nixpkgs.nix'), text.replace('"system of ', `"${state} system of `));
      writeFileSync(at(state, 'flake.nix'), '{ outputs = _: import ./nixpkgs.nix; }\n');
    }
    for (const name of ['flake.nix', 'nixos', 'clusters'])
      cpSync(join(lunchbox, name), at('lunchbox', name), { recursive: true });
    cpSync(join(folder, 'clusters'), at('repository/clusters'), { recursive: true });
    const text = flakeText(ANSWERS)
      .replace(/github:NixOS\/nixpkgs\/[^"]+/, `path:${at('locked')}`)
      .replace(/github:acme\/lunchbox\/[^"]+/, `path:${at('lunchbox')}`);
    writeFileSync(at('repository/flake.nix'), text);
    const flakes = (...args: string[]) =>
      spawnSync('nix', ['--store', at('store'), ...args], {
        encoding: 'utf8',
        env: { ...process.env, NIX_CONFIG: 'experimental-features = nix-command flakes' },
      });
    const repository = `path:${at('repository')}`;
    const system = (...args: string[]) =>
      flakes(
        'eval',
        '--raw',
        '--no-write-lock-file',
        ...args,
        `${repository}#nixosConfigurations.prod.config.system.build.toplevel`,
      );
    expect(flakes('flake', 'lock', repository)).toMatchObject({ status: 0 });
    const { hostName } = fixture('unprovisioned');
    expect(system().stdout).toBe(`locked system of ${hostName}`);
    const updated = system('--override-input', 'nixpkgs', `path:${at('newest')}`);
    expect(updated.stdout).toBe(`newest system of ${hostName}`);
    expect(updated.stderr).not.toContain('does not match any input');
    // What the script on the host looks for where a flake has no such input.
    expect(system('--override-input', 'nixpkg', `path:${at('newest')}`).stderr).toContain(
      'does not match any input',
    );
  });
});
