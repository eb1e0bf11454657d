import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { armor, Decrypter } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOfTag } from '../../generator/provision/user-data/host-key.ts';
import { TOKEN } from '../digitalocean/fake/server.ts';
import { leaks } from '../support/leak-scan.ts';
import { type Account, startAccount } from './account.ts';
import { missingForMachine } from './machine/machine.ts';
import { makeProvisionRepository, type ProvisionRepository } from './repository.ts';

const skip = missingForMachine !== undefined && !process.env.LUNCHBOX_REQUIRE_ALL;
const CLI = resolve('cli/bin.mjs');

describe.skipIf(skip)(`provisioning, by its command (not run without ${missingForMachine ?? 'root'})`, () => {
  let account: Account;
  let repository: ProvisionRepository;
  /** Where it writes what machines log. */
  let scratch: string;
  /** Everything that anybody could read of it. */
  let said: string;

  beforeEach(async () => {
    account = await startAccount();
    account.fake.world.zones = ['shop.example'];
    repository = await makeProvisionRepository();
    scratch = mkdtempSync(join(tmpdir(), 'lunchbox-scratch-'));
    said = '';
  });
  afterEach(async () => {
    await account.stop();
    repository.remove();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** Runs `lunchbox provision prod …` as its user does. @param watch Told what it says, as it says it */
  function provision(
    args: readonly string[],
    watch: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
  ): Promise<{ code: number | null; text: string }> {
    return new Promise((done, reject) => {
      const child = spawn(process.execPath, [CLI, 'provision', 'prod', ...args], {
        cwd: repository.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH, HOME: scratch, TMPDIR: scratch, ...account.env },
      });
      let text = '';
      let killed = false;
      // Somebody who interrupts twice wants no cleaning up.
      const kill = (signal: NodeJS.Signals) => {
        if (!killed) child.kill(signal);
        killed = true;
      };
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8');
          watch(text, kill);
        });
      child.on('error', reject);
      child.on('close', (code) => {
        said += text;
        done({ code, text });
      });
    });
  }
  const apply = (more: readonly string[] = [], watch?: Parameters<typeof provision>[1]) =>
    provision(
      ['apply', '--ssh-key', repository.operator.file, '--sealing-key', repository.sealingKey, ...more],
      watch,
    );
  const world = () => account.fake.world;
  /** The one address that users come in at. */
  const address = () => world().reservedIps[0]?.ip;
  const pinned = () => repository.read('clusters/prod/known_hosts');

  it('goes from an empty account to a cluster; again changes nothing; then everything goes', async () => {
    const plan = await provision(['plan', '--exit-code']);
    expect(plan.code).toBe(1);
    expect(plan.text).toContain('$25.00 a month (+$25.00)');
    expect(world().droplets).toEqual([]);
    const digest = /sha256:[0-9a-f]{64}/.exec(plan.text)?.[0] ?? '';
    const wrong = await apply(['--expect-digest', `sha256:${'0'.repeat(64)}`]);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.text).toContain('not the one that was seen');

    const { code, text } = await apply(['--expect-digest', digest]);
    expect(text).toContain(`provisioned: users come in at ${address()}`);
    expect(code).toBe(0);
    expect(world().droplets).toHaveLength(1);
    const [droplet] = world().droplets;
    expect(world().volumes).toMatchObject([{ name: 'shop-prod', gib: 10, droplet: droplet?.id }]);
    expect(world().records.map(({ name, data }) => [name, data])).toEqual([
      ['@', address()],
      ['www', address()],
    ]);
    const [machine] = account.machines();
    expect(machine?.system()).toBe('nixos');

    // What is known of it: facts, its own key alone, and what NixOS and deliveries read.
    expect(JSON.parse(repository.read('clusters/prod/droplet.json'))).toMatchObject({
      address: address(),
      dropletId: droplet?.id,
    });
    expect(JSON.parse(repository.read('clusters/prod/host.json'))).toMatchObject({ address: address() });
    const keys = droplet?.tags.flatMap((tag) => keyOfTag(tag) ?? []) ?? [];
    expect(pinned()).toBe(`${address()} ${keys[0]}\n`);
    expect(keys).toHaveLength(1);
    expect(droplet?.userData).not.toContain(keys[0]);

    // The escrow opens for its recipient.
    const decrypter = new Decrypter();
    decrypter.addIdentity(repository.identity);
    const escrow = armor.decode(repository.read('clusters/prod/escrow.age'));
    const opened = await decrypter.decrypt(escrow, 'text');
    const sealing = readFileSync(repository.sealingKey, 'utf8');
    expect(JSON.parse(opened)).toMatchObject({ sealingKey: sealing });
    const { k3sToken } = JSON.parse(opened) as { k3sToken: string };

    const again = await apply();
    expect(again).toMatchObject({ code: 0 });
    expect(again.text).toContain('nothing to do');
    expect((await provision(['plan', '--exit-code'])).code).toBe(0);
    const status = await provision(['status', '--json']);
    expect(JSON.parse(status.text.slice(status.text.indexOf('{')))).toMatchObject({
      address: address(),
      droplets: [{ id: droplet?.id, state: 'ready' }],
    });

    const unasked = await provision(['destroy']);
    expect(unasked).toMatchObject({ code: 2 });
    expect(unasked.text).toContain('--confirm prod');
    const mistyped = await provision(['destroy', '--confirm', 'staging']);
    expect(mistyped.code).toBe(2);
    expect(world().droplets).toHaveLength(1);
    expect((await provision(['destroy', '--confirm', 'prod'])).code).toBe(0);
    expect(world()).toMatchObject({ droplets: [], volumes: [{ name: 'shop-prod' }] });
    const destroyed = await provision(['destroy', '--confirm', 'prod', '--with-data']);
    expect(destroyed.code).toBe(0);
    // The first one of an account is its region's default: it cannot be deleted, and costs nothing.
    expect(destroyed.text).toContain("is its region's default, which cannot be deleted");
    expect(world()).toMatchObject({ droplets: [], volumes: [], reservedIps: [], firewalls: [] });
    expect(world().vpcs).toMatchObject([{ name: 'shop-prod', isDefault: true }]);
    const secrets = [
      TOKEN,
      k3sToken,
      ...sealing.split('\n').slice(1, 4),
      ...repository.operator.text.split('\n').slice(1, 4),
      ...(/PRIVATE KEY-----\s+(\S+)/.exec(droplet?.userData ?? '') ?? []).slice(1),
    ];
    expect(leaks([['output', said]], secrets)).toEqual([]);
  });

  it('removes the droplet that it made when the conversion fails, keeps the log, and nothing else is lost', async () => {
    account.modes.push('infect-fails-half-way');
    const { code, text } = await apply();
    expect(code).toBe(1);
    expect(text).toMatch(/failed {2}.*/);
    const log = /what the machine logged: (\S+)/.exec(text)?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('nixos-infect');
    expect(world().droplets).toEqual([]);
    expect(world().volumes).toHaveLength(1);
    expect(existsSync(join(repository.folder, 'clusters/prod/known_hosts'))).toBe(false);

    account.modes.length = 0;
    expect(await apply()).toMatchObject({ code: 0 });
    expect(world().droplets).toHaveLength(1);
    expect(world().volumes).toHaveLength(1);
    expect(world().reservedIps).toHaveLength(1);
  });

  it('goes on with the same droplet when it was killed in the middle', async () => {
    const killed = await apply([], (text, kill) => {
      if (text.includes('network known')) kill('SIGKILL');
    });
    expect(killed.code).toBe(null);
    const [begun] = world().droplets;
    // Whether it is dead is known two minutes after its last sign of life.
    const { code, text } = await apply();
    expect(text).toContain('was cut short');
    expect(code).toBe(0);
    expect(world().droplets.map(({ id }) => id)).toEqual([begun?.id]);
    expect(account.machines()[0]?.reboots()).toBe(1);
    expect(pinned()).toContain(address() ?? 'nowhere');
  });

  it('takes its droplet away when somebody interrupts, and says so', async () => {
    const { code, text } = await apply([], (said, kill) => {
      if (said.includes('becomes NixOS') && said.includes('reachable')) kill('SIGINT');
    });
    expect(code).not.toBe(0);
    expect(text).toContain('which this run made, is removed');
    expect(world().droplets).toEqual([]);
    expect(world().projects.some(({ name }) => name.startsWith('lunchbox-lock'))).toBe(false);
  });

  it('replaces a droplet while it serves: data and address move to one that is built', async () => {
    expect((await apply()).code).toBe(0);
    const [old] = world().droplets;
    const [before, volume, known] = [address(), world().volumes[0]?.id, pinned()];
    const spec = join(repository.folder, 'lunchbox.yaml');
    writeFileSync(spec, readFileSync(spec, 'utf8').replace('droplet:\n', 'droplet:\n  size: s-4vcpu-8gb\n'));
    execFileSync(process.execPath, [CLI, 'render'], { cwd: repository.folder, stdio: 'pipe' });
    const { code, text } = await apply();
    expect(code).toBe(0);
    const [now] = world().droplets;
    expect(world().droplets).toHaveLength(1);
    expect(now).toMatchObject({ size: 's-4vcpu-8gb' });
    expect(now?.id).not.toBe(old?.id);
    expect(address()).toBe(before);
    expect(world().volumes).toMatchObject([{ id: volume, droplet: now?.id }]);
    expect(pinned()).not.toBe(known);
    expect(pinned().split('\n')).toHaveLength(2);
    // It was built before its data came, and switched to after that.
    const built = text.indexOf('switched to when its data has come');
    const moved = text.indexOf('attach');
    expect(built).toBeGreaterThan(0);
    expect(text.indexOf('k3s ready')).toBeGreaterThan(built);
    expect(moved).toBeGreaterThan(0);
    expect(account.machines()).toHaveLength(1);
    expect(account.machines()[0]?.switches()).toBe(1);
  });

  /** What the repository knows of the droplet that serves. */
  const known = () =>
    ['known_hosts', 'droplet.json', 'host.json', 'escrow.age'].map((name) =>
      repository.read(`clusters/prod/${name}`),
    );
  const resize = (size: string) => {
    const spec = join(repository.folder, 'lunchbox.yaml');
    writeFileSync(
      spec,
      readFileSync(spec, 'utf8').replace(/^droplet:\n(?: {2}size: .*\n)?/m, `droplet:\n  size: ${size}\n`),
    );
    execFileSync(process.execPath, [CLI, 'render'], { cwd: repository.folder, stdio: 'pipe' });
  };

  it('brings what is named later into the escrow, and says before that it will', async () => {
    const spec = join(repository.folder, 'lunchbox.yaml');
    const text = readFileSync(spec, 'utf8');
    writeFileSync(spec, text.replace(/^ {2}escrow: .*\n/m, ''));
    const first = await provision(['apply', '--ssh-key', repository.operator.file]);
    expect(first.code).toBe(0);
    expect(first.text).toContain('Name age recipients under `droplet.escrow`');
    const escrow = join(repository.folder, 'clusters/prod/escrow.age');
    expect(existsSync(escrow)).toBe(false);
    const [machine] = account.machines();

    writeFileSync(spec, text);
    const plan = await provision(['plan', '--exit-code']);
    expect(plan.code).toBe(1);
    expect(plan.text).toMatch(/~ {2}escrow +clusters\/prod\/escrow\.age +is not there yet/);
    const { code, text: said } = await apply([
      '--expect-digest',
      /sha256:[0-9a-f]{64}/.exec(plan.text)?.[0] ?? '',
    ]);
    expect(code, said).toBe(0);
    expect(said).toContain('git add clusters/prod/escrow-note.json clusters/prod/escrow.age');
    const decrypter = new Decrypter();
    decrypter.addIdentity(repository.identity);
    const opened = await decrypter.decrypt(armor.decode(readFileSync(escrow, 'utf8')), 'text');
    expect(JSON.parse(opened)).toMatchObject({ sealingKey: readFileSync(repository.sealingKey, 'utf8') });
    expect(machine?.switches()).toBe(1);
    expect((await provision(['plan', '--exit-code'])).code).toBe(0);
    expect((await apply()).text).toContain('nothing to do');
  });

  it('knows the droplet that serves, and no other, whenever a replacement ends', async () => {
    expect((await apply()).code).toBe(0);
    const [old] = world().droplets;
    resize('s-4vcpu-8gb');
    const before = known();

    // A later stage fails: the new droplet is removed.
    account.modes.push('build-fails');
    const failed = await apply();
    expect(failed.code).toBe(1);
    expect(failed.text).toContain('which this run made, is removed');
    expect(failed.text).toContain(
      `clusters/prod/droplet.json, clusters/prod/host.json, clusters/prod/known_hosts are as they were, of droplet ${old?.id}`,
    );
    expect(failed.text).not.toContain('git add');
    expect(world().droplets.map(({ id }) => id)).toEqual([old?.id]);
    expect(known()).toEqual(before);

    // It dies, and nobody cleans up.
    account.modes.length = 0;
    const killed = await apply([], (text, kill) => {
      if (text.includes("runs the repository's configuration")) kill('SIGKILL');
    });
    expect(killed.code).toBe(null);
    expect(world().droplets).toHaveLength(2);
    expect(known()).toEqual(before);

    // It dies when the address has moved.
    const late = await apply([], (text, kill) => {
      if (/^ {2}~ droplet .*is proven, and takes over/m.test(text)) kill('SIGKILL');
    });
    expect(late.code).toBe(null);
    const now = world().droplets.find(({ id }) => id !== old?.id);
    expect(world().reservedIps[0]?.droplet).toBe(now?.id);
    expect(JSON.parse(repository.read('clusters/prod/droplet.json'))).toMatchObject({ dropletId: now?.id });
    const keys = now?.tags.flatMap((tag) => keyOfTag(tag) ?? []);
    expect(pinned()).toBe(`${address()} ${keys?.[0]}\n`);

    expect((await apply()).code).toBe(0);
    expect(world().droplets.map(({ id }) => id)).toEqual([now?.id]);
    expect((await apply()).text).toContain('nothing to do');
  });

  it('keeps the escrow, too, while a droplet without a volume is replaced', async () => {
    const spec = join(repository.folder, 'lunchbox.yaml');
    writeFileSync(spec, readFileSync(spec, 'utf8').replace('droplet:\n', 'droplet:\n  volume: none\n'));
    resize('s-2vcpu-4gb');
    expect((await apply()).code).toBe(0);
    resize('s-4vcpu-8gb');
    const before = known();
    // Everything is proven, and nothing has moved.
    const killed = await apply(['--lose-data'], (text, kill) => {
      if (/^ {2}~ droplet .*shut down/m.test(text)) kill('SIGKILL');
    });
    expect(killed.code).toBe(null);
    expect(known()).toEqual(before);
    expect((await apply(['--lose-data'])).code).toBe(0);
    const [now] = world().droplets;
    expect(world().droplets).toHaveLength(1);
    expect(JSON.parse(repository.read('clusters/prod/droplet.json'))).toMatchObject({ dropletId: now?.id });
    for (const [index, text] of known().entries()) expect(text).not.toBe(before[index]);
  });

  it('boots from an image of its own, without a conversion', async () => {
    const { code, text } = await apply(['--from-image', 'https://images.shop.example/prod.qcow2.gz']);
    expect(text).not.toContain('converted to NixOS\n      done');
    expect(code).toBe(0);
    expect(world().images).toMatchObject([{ url: 'https://images.shop.example/prod.qcow2.gz' }]);
    const [machine] = account.machines();
    expect(machine?.reboots()).toBe(0);
    expect(JSON.parse(repository.read('clusters/prod/droplet.json'))).not.toHaveProperty('interfaces');
    const [droplet] = world().droplets;
    expect(droplet?.userData).not.toContain('become-nixos');
    const keys = droplet?.tags.flatMap((tag) => keyOfTag(tag) ?? []);
    expect(pinned()).toBe(`${address()} ${keys?.[0]}\n`);
  });
});
