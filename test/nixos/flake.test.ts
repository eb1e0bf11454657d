import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');

interface Lock {
  nodes: {
    nixpkgs: { locked: Record<string, string | number>; original: Record<string, string> };
    root: { inputs: Record<string, string> };
  };
  version: number;
}

describe('the flake', () => {
  const flake = read('flake.nix');
  const release = read('nixos/release.nix');
  const lock = JSON.parse(read('flake.lock')) as Lock;

  it('pins one revision of nixpkgs, with what it must come to', () => {
    const { locked, original } = lock.nodes.nixpkgs;
    expect(lock.version).toBe(7);
    expect(Object.keys(lock.nodes)).toEqual(['nixpkgs', 'root']);
    expect(locked).toMatchObject({ owner: 'NixOS', repo: 'nixpkgs', type: 'github' });
    expect(locked.rev).toMatch(/^[0-9a-f]{40}$/);
    expect(locked.narHash).toMatch(/^sha256-[A-Za-z0-9+/]{43}=$/);
    expect(flake).toContain(`github:${original.owner}/${original.repo}/${original.ref}`);
  });

  it('is of the release that the modules were written for', () => {
    const supported = /supported = "([\d.]+)"/.exec(release)?.[1];
    expect(lock.nodes.nixpkgs.original.ref).toBe(`nixos-${supported}`);
  });

  it('is of the Kubernetes that manifests are validated against', () => {
    const { sources } = JSON.parse(read('schemas/SOURCES.json')) as {
      sources: { module: string; version: string }[];
    };
    const version = sources.find(({ module }) => module === 'k8s.io/kubernetes')?.version;
    expect(version).toMatch(new RegExp(`^v${/kubernetes = "([\d.]+)"/.exec(release)?.[1]}\\.`));
  });
});
