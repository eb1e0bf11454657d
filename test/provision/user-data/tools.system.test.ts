import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { becomeNixosScript } from '../../../generator/provision/user-data/become-nixos.ts';
import { hostKeyFrom } from '../../../generator/provision/user-data/host-key.ts';
import { bootstrapModule } from '../../../generator/provision/user-data/host-nix.ts';
import { imageUserData, userData } from '../../../generator/provision/user-data/user-data.ts';
import { withHostKey } from '../../../generator/provision/user-data/with-host-key.ts';
import { environmentWith, publicKey } from './environment.ts';

const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const requireAll = Boolean(process.env.LUNCHBOX_REQUIRE_ALL);
const folder = mkdtempSync(join(tmpdir(), 'lunchbox-user-data-'));
const keys = [publicKey('me@laptop'), publicKey(`${'$'}{odd} 'comment' # here`)];
const environment = environmentWith(JSON.stringify({ ssh: { operators: keys } }));
const committed = userData(environment);

/** Runs a program on a file of this text. @returns its code and all that it said */
function run(program: string, args: readonly string[], name: string, text: string) {
  const file = join(folder, name);
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8' });
  return { code: status, said: stdout + stderr, stdout };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!requireAll && !has('cloud-init', '--version'))(
  "cloud-init's own check (not run without cloud-init)",
  () => {
    const check = (text: string) => run('cloud-init', ['schema', '--config-file'], 'user-data.yaml', text);

    it('takes what is committed, and what is sent', () => {
      expect(check(committed)).toMatchObject({ code: 0 });
      expect(check(userData(environmentWith()))).toMatchObject({ code: 0 });
      expect(check(imageUserData(environment))).toMatchObject({ code: 0 });
      const sent = withHostKey('user-data.yaml', committed, hostKeyFrom(randomBytes(32)));
      expect(check(sent)).toMatchObject({ code: 0 });
    });

    it('notices a slip', () => {
      const { code, said } = check(committed.replace('permissions:', 'permisions:'));
      expect(code).not.toBe(0);
      expect(said).toContain('permisions');
    });
  },
);

describe.skipIf(!requireAll && !has('yamllint', '--version'))('yamllint (not run without it)', () => {
  const rules =
    '{extends: default, rules: {comments: {require-starting-space: false}, line-length: disable}}';
  it('finds nothing', () => {
    expect(run('yamllint', ['--strict', '-d', rules], 'linted.yaml', committed)).toMatchObject({
      code: 0,
      said: '',
    });
    expect(run('yamllint', ['--strict', '-d', rules], 'linted.yaml', `${committed}\n\n`).code).not.toBe(0);
  });
});

describe.skipIf(!requireAll && !has('shellcheck', '--version'))('shellcheck (not run without it)', () => {
  it('finds nothing', () => {
    expect(run('shellcheck', [], 'become-nixos.sh', becomeNixosScript())).toMatchObject({
      code: 0,
      said: '',
    });
    const broken = becomeNixosScript().replace('"$work/nixos-infect"', '$work/nixos-infect');
    expect(run('shellcheck', [], 'become-nixos.sh', broken).code).not.toBe(0);
  });
});

describe.skipIf(!requireAll && !has('nix-instantiate', '--version'))('Nix (not run without it)', () => {
  it('reads the first NixOS, and the keys in it', () => {
    const module = bootstrapModule(environment);
    const show = `let m = (${module}) { lib = { mkForce = x: x; }; }; in m.users.users.root.openssh.authorizedKeys.keys ++ [ m.system.stateVersion m.networking.hostName ]`;
    const { code, said, stdout } = run('nix-instantiate', ['--eval', '--strict', '--json'], 'show.nix', show);
    expect(code, said).toBe(0);
    expect(JSON.parse(stdout)).toEqual([...keys, '26.05', 'shop-prod']);
  });
});

describe.skipIf(!requireAll && !has('ssh-keygen', '-?') && !has('which', 'ssh-keygen'))(
  'OpenSSH (not run without it)',
  () => {
    it('reads the key of a run, and sees the same public half', () => {
      for (let turn = 0; turn < 5; turn++) {
        const key = hostKeyFrom(randomBytes(32));
        const file = join(folder, `key-${turn}`);
        writeFileSync(file, key.privateKey, { mode: 0o600 });
        expect(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()).toBe(
          key.publicKey,
        );
      }
    });
  },
);
