import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeExec } from '../../adapters/node-exec.ts';
import { buildHere } from '../../capabilities/host/build.ts';
import { switchHost } from '../../capabilities/host/switch.ts';
import type { Exec } from '../../capabilities/ports/exec.ts';
import { hasOpenSsh } from '../ssh/sshd.ts';
import { startMachine, type TestMachine } from './support/machine.ts';

const hasNix = spawnSync('nix', ['--version']).status === 0;
const skip = !(hasOpenSsh && hasNix) && !process.env.LUNCHBOX_REQUIRE_ALL;

/** A system that is made without a compiler: a folder of the flake, and one that points to it. */
const FLAKE = `{
  outputs = { self }: {
    nixosConfigurations.prod.config.system.build.toplevel = derivation {
      name = "nixos-system-prod";
      system = builtins.head [ "${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux" ];
      builder = "builtin:buildenv";
      derivations = [ "true" "5" "1" (builtins.path { path = ./system; name = "system-files"; }) ];
      manifest = "/none";
    };
  };
}
`;

describe.skipIf(skip)(
  'a system that is built here with the real Nix and copied (not run without nix and OpenSSH)',
  () => {
    let machine: TestMachine;
    let stores: string;
    const store = (name: string) => `local?root=${join(stores, name)}`;
    const here: Exec = (program, args, options = {}) =>
      nodeExec(program, args, {
        ...options,
        env: {
          ...options.env,
          // Whoever runs this builds, too.
          NIX_CONFIG: 'build-users-group =',
          NIX_REMOTE: store('here'),
          HOME: stores,
          XDG_CACHE_HOME: join(stores, 'cache'),
        },
      });
    /** What the machine has: a link into a store whose root is elsewhere. */
    const dataOf = (system: string) => {
      const at = (path: string) => join(stores, 'there', path);
      return readFileSync(at(readlinkSync(at(`${system}/data`))), 'utf8');
    };
    const source = () => ({
      root: machine.repository.folder,
      commit: machine.repository.git('rev-parse', 'HEAD'),
    });

    beforeAll(async () => {
      stores = mkdtempSync(join(tmpdir(), 'lunchbox-stores-'));
      machine = await startMachine({ NIX_REMOTE: store('there') });
    });
    afterAll(async () => {
      await machine?.stop();
      // A store is read-only.
      if (stores) execFileSync('chmod', ['-R', 'u+w', stores]);
      if (stores) rmSync(stores, { recursive: true, force: true });
    });

    it('arrives byte for byte, and the second time only what is new', async () => {
      machine.repository.commit('flake', {
        'flake.nix': FLAKE,
        'system/bin/switch-to-configuration': '#!/bin/sh\n',
        'system/data': 'x'.repeat(100_000),
      });
      const system = await buildHere(machine.context(), source(), here);
      expect(system).toMatch(/^\/nix\/store\/[a-z0-9]{32}-nixos-system-prod$/);
      expect(dataOf(system).length).toBe(100_000);
      const paths = (name: string) =>
        execFileSync('nix-store', ['--query', '--requisites', system], {
          env: { ...process.env, NIX_REMOTE: store(name) },
          encoding: 'utf8',
        });
      expect(paths('there')).toBe(paths('here'));
      expect(paths('there').trim().split('\n')).toHaveLength(2);
      expect(machine.said.join('')).toContain('copy 2 of 2 store paths');
      expect(await buildHere(machine.context(), source(), here)).toBe(system);
      expect(machine.said.join('')).toContain('copy 0 of 2 store paths');
      // Garbage collection leaves it alone.
      execFileSync('nix-store', ['--gc'], {
        env: { ...process.env, NIX_REMOTE: store('there') },
        stdio: 'ignore',
      });
      expect(dataOf(system).length).toBe(100_000);
    });

    it('is of the commit that is asked for, from a folder of the repository, too', async () => {
      machine.repository.commit('below', {
        'deploy/here/flake.nix': FLAKE,
        'deploy/here/system/data': 'committed',
      });
      const root = join(machine.repository.folder, 'deploy/here');
      const commit = machine.repository.git('rev-parse', 'HEAD');
      machine.repository.commit('later', { 'deploy/here/system/data': 'later' });
      const system = await buildHere(machine.context(), { root, commit }, here);
      expect(dataOf(system)).toBe('committed');
      const tree = await buildHere(machine.context(), { root, commit: undefined }, here);
      expect(dataOf(tree)).toBe('later');
    });

    it('says what does not build, and that nix is missing', async () => {
      machine.repository.commit('broken', {
        'flake.nix': FLAKE.replace('derivations =', 'derivations = nothing; x ='),
      });
      const request = { source: source(), buildHere: true, limit: 10_000, planOnly: true };
      await expect(switchHost(machine.context(), request, here)).rejects.toThrow(
        /the build failed on this machine: error: undefined variable/,
      );
      const without: Exec = (program, args, options) =>
        program === 'nix' ? nodeExec('no-such-nix', args, options) : here(program, args, options);
      await expect(switchHost(machine.context(), request, without)).rejects.toThrow('there is no nix here');
    });
  },
);
