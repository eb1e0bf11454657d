import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, hasNix, nix } from './evaluate.ts';

const skip = !hasNix && !process.env.LUNCHBOX_REQUIRE_ALL;
const repository = join(import.meta.dirname, '../..');

interface Outputs {
  nixosConfigurations: Record<string, { name: string; flake: string; environment: string }>;
  packages: Record<string, Record<string, { hostName: string; network: unknown }>>;
  checks: Record<string, Record<string, string>>;
  devShells: Record<string, { default: string[] }>;
  formatter: Record<string, string>;
}

describe.skipIf(skip)('what the flake offers (not run without Nix)', () => {
  let folder: string;
  let outputs: Outputs;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-flake-'));
    for (const name of ['flake.nix', 'nixos'])
      cpSync(join(repository, name), join(folder, name), { recursive: true });
    const host = (environment: string, text: unknown) => {
      mkdirSync(join(folder, 'clusters', environment), { recursive: true });
      if (text) writeFileSync(join(folder, 'clusters', environment, 'host.json'), JSON.stringify(text));
    };
    const { backups: _, ...prod } = fixture('server-volume');
    host('prod', prod);
    host('staging', { ...fixture('unprovisioned'), hostName: 'shop-staging' });
    host('preview', undefined);
    const { status, stdout, stderr } = nix([
      '--eval',
      '--strict',
      '--json',
      '--expr',
      `let
        nixpkgs = import ${join(import.meta.dirname, 'stub/nixpkgs.nix')};
        outputs = (import ${folder}/flake.nix).outputs { self = outputs; inherit nixpkgs; };
      in {
        nixosConfigurations = builtins.mapAttrs (_: { config, ... }: {
          name = config.networking.hostName;
          flake = config.environment.etc."lunchbox/flake".source;
          inherit (config.lunchbox) environment;
        }) outputs.nixosConfigurations;
        inherit (outputs) packages checks devShells formatter;
      }`,
    ]);
    expect(stderr.replace(/^warning: .*\n/gm, '')).toBe('');
    expect(status).toBe(0);
    outputs = JSON.parse(stdout) as Outputs;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is a configuration for every environment with a host.json, provisioned or not', () => {
    expect(outputs.nixosConfigurations).toMatchObject({
      prod: { name: 'shop-prod', environment: 'prod' },
      staging: { name: 'shop-staging', environment: 'staging' },
    });
    expect(Object.keys(outputs.nixosConfigurations)).toEqual(['prod', 'staging']);
  });

  it('gives a host its own description to carry, and nothing else of the repository', () => {
    expect(outputs.nixosConfigurations.prod?.flake).toBe(
      '/stub/source of flake.nix flake.lock nixos host.json',
    );
  });

  it('is an image for each, without the network of any machine', () => {
    expect(outputs.packages).toEqual({
      'x86_64-linux': {
        'droplet-image-prod': { hostName: 'shop-prod', network: null, drvPath: 'image of shop-prod' },
        'droplet-image-staging': {
          hostName: 'shop-staging',
          network: null,
          drvPath: 'image of shop-staging',
        },
      },
    });
  });

  it('is a check that builds each, and evaluates its image', () => {
    expect(outputs.checks).toEqual({
      'x86_64-linux': {
        'host-prod': 'system of shop-prod',
        'host-staging': 'system of shop-staging',
        'image-prod': 'evaluated: image of shop-prod',
        'image-staging': 'evaluated: image of shop-staging',
      },
    });
  });

  it('is a shell with what an operator needs, wherever people work', () => {
    expect(Object.keys(outputs.devShells)).toEqual(['aarch64-darwin', 'aarch64-linux', 'x86_64-linux']);
    for (const { default: packages } of Object.values(outputs.devShells))
      for (const name of 'nodejs_24 docker-client doctl kubectl kubeconform kubeseal kubernetes-helm jq age actionlint restic'.split(
        ' ',
      ))
        expect(packages).toContain(name);
  });

  it('is a formatter', () => {
    expect(new Set(Object.values(outputs.formatter))).toEqual(new Set(['nixfmt-tree']));
  });
});
