import { randomBytes } from 'node:crypto';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Remote } from '../../capabilities/ports/remote.ts';
import { type ProvisionRequest, provision } from '../../capabilities/provision/provision.ts';
import type { Files } from '../../generator/files.ts';
import { hostFile } from '../../generator/host/host-file.ts';
import { LOOK_COMMAND } from '../../generator/provision/machine/look.ts';
import { hostKeyFrom, keyTag } from '../../generator/provision/user-data/host-key.ts';
import { wantedOf } from '../../generator/provision/wanted.ts';
import { type Lab, startLab, USER_DATA } from '../digitalocean/support.ts';
import { environmentWith, publicKey } from './user-data/environment.ts';

const environment = environmentWith(
  JSON.stringify({
    ssh: { operators: [publicKey()] },
    escrow: [await identityToRecipient(await generateIdentity())],
  }),
);
const wanted = wantedOf(
  { environment, place: () => ({ file: 'lunchbox.yaml', line: 1, column: 1 }) },
  { userData: USER_DATA },
);
const hostKey = hostKeyFrom(randomBytes(32)).publicKey;

let lab: Lab;
/** Path -> text of a clone that was made before the droplet was. */
let repository: Map<string, string>;
/** What the machine was told to do, and given. */
let told: string[];
let os: string;
beforeEach(async () => {
  lab = await startLab();
  const birth = async () => ({ userData: USER_DATA, tags: [keyTag(hostKey)] });
  await lab.apply(wanted, { hooks: { ...lab.hooks, birth } });
  lab.fake.forget();
  told = [];
  os = 'nixos';
  repository = new Map([
    ['flake.nix', '{ }\n'],
    ['flake.lock', '{}\n'],
    ['nixos/host.nix', '{ edited = true; }\n'],
    ['clusters/prod/host.json', hostFile(environment, undefined)],
    ['clusters/prod/user-data.yaml', USER_DATA],
  ]);
});
afterEach(() => lab.fake.close());

const files = (): Files => ({
  read: (path) => repository.get(path),
  list: (folder) => [...repository.keys()].filter((path) => path.startsWith(`${folder}/`)).sort(),
  apply({ write }) {
    for (const [path, text] of write) repository.set(path, text);
  },
});

/** A machine that serves users and answers what it is asked; whatever else it is told fails. */
const machine: Remote = {
  async run(command, { input } = {}) {
    told.push(command);
    const answers: [RegExp | string, string][] = [
      [LOOK_COMMAND, `os=${os}\nboot=1\nownKey=${hostKey}\nconverged=of-its-birth\n`],
      [/^cut -d ' ' -f 1,2 \S+\.pub$/, `${hostKey}\n`],
      [/^cat \S*server\/token$/, 'K10token\n'],
      [/^cat \S*escrow 2>\/dev\/null \|\| true$/, ''],
    ];
    const answer = answers.find(([asked]) =>
      typeof asked === 'string' ? asked === command : asked.test(command),
    );
    const stdout = Buffer.from(answer && input === undefined ? answer[1] : '');
    return { code: answer && input === undefined ? 0 : 1, stdout, stderr: '' };
  },
};

const run = (more: Partial<ProvisionRequest> = {}) =>
  provision(
    {
      environment,
      wanted,
      id: 'again',
      by: 'a colleague',
      expectDigest: undefined,
      replace: false,
      loseData: false,
      key: undefined,
      sealingKey: undefined,
      backups: undefined,
      ...more,
    },
    {
      cloud: lab.cloud,
      clock: lab.clock,
      signal: new AbortController().signal,
      files: files(),
      report: () => {},
      openRemote: () => machine,
      knock: async () => 'open',
      encrypt: async () => 'AGE',
      seed: () => randomBytes(32),
    },
  );
const address = () => lab.fake.world.reservedIps[0]?.ip;

describe('a droplet that serves users, and that a clone does not know', () => {
  it('is written down, and nothing is done to it', async () => {
    const { applied, failure, written, warnings } = await run();
    expect(failure).toBeUndefined();
    expect(applied?.result).toBe('unchanged');
    expect(written).toEqual(
      ['droplet.json', 'host.json', 'known_hosts'].map((name) => `clusters/prod/${name}`),
    );
    expect(repository.get('clusters/prod/known_hosts')).toBe(`${address()} ${hostKey}\n`);
    expect(JSON.parse(repository.get('clusters/prod/droplet.json') ?? '')).toEqual({
      address: address(),
      dropletId: lab.fake.world.droplets[0]?.id,
    });
    // It was asked what it is and for its key.
    expect(told).toHaveLength(2);
    expect(told.join('\n')).not.toMatch(/nixos-rebuild|systemd-run|kubectl|cat >|mkdir|ssh-keygen/);
    expect(warnings).toEqual([
      "the machine was set up with another configuration than this repository's, and is left as it is: `lunchbox host prod switch --dry-run` says what differs now, `lunchbox host prod switch` brings it",
    ]);
    expect(lab.fake.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
    // From now on it is known.
    expect((await run()).written).toEqual([]);
    expect(told).toHaveLength(2);
  });

  it('keeps the escrow that is there', async () => {
    repository.set('clusters/prod/escrow.age', 'of its birth\n');
    const { written } = await run();
    expect(written).not.toContain('clusters/prod/escrow.age');
    expect(told.join('\n')).not.toContain('token');
  });

  it('is not set up anew when it is no NixOS any more', async () => {
    os = 'ubuntu';
    await expect(run()).rejects.toThrow('it says that it is ubuntu');
    expect(told).toEqual([LOOK_COMMAND]);
  });

  it('is known by what somebody wrote by hand, and never said to be removed', async () => {
    const [droplet] = lab.fake.world.droplets;
    if (!droplet) throw new Error('no droplet');
    droplet.tags = droplet.tags.filter((tag) => !tag.startsWith('lunchbox-key:'));
    lab.clock.time += 60_000;
    const error = (await run().catch((each) => each)) as Error;
    expect(error.message).toContain('nobody could tell it from another machine');
    expect(error.message).not.toMatch(/[Rr]emove the droplet/);
    repository.set('clusters/prod/droplet.json', JSON.stringify({ address: address() }));
    repository.set('clusters/prod/known_hosts', `${address()} ${hostKey}\n`);
    expect(await run()).toMatchObject({ applied: { result: 'unchanged' }, written: [] });
    expect(told).toEqual([]);
  });
});
