import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Account, startAccount } from '../../provision/account.ts';
import { missingForMachine } from '../../provision/machine/machine.ts';
import { makeProvisionRepository, type ProvisionRepository } from '../../provision/repository.ts';
import { type GitRepository, gitRepository } from '../../support/git.ts';
import { leaks } from '../../support/leak-scan.ts';
import { type ActionRun, runAction } from '../support/run-action.ts';

const skip = missingForMachine !== undefined && !process.env.LUNCHBOX_REQUIRE_ALL;
process.setMaxListeners(0);
const BRANCH = { GITHUB_REF: 'refs/heads/main', GITHUB_RUN_NUMBER: '17', GITHUB_ACTOR: 'me' };

describe.skipIf(skip)(`actions/provision, for real (not run without ${missingForMachine ?? 'root'})`, () => {
  let source: ProvisionRepository;
  let origin: GitRepository;
  let account: Account;
  const runs: ActionRun[] = [];
  const pushed: string[] = [];
  let secrets: string[] = [];

  beforeAll(async () => {
    source = await makeProvisionRepository();
    secrets = [
      ...[source.operator.file, source.sealingKey].map((file) => readFileSync(file, 'utf8').trim()),
      'lunch-at-noon-7',
      source.identity,
    ];
  });
  afterAll(() => source?.remove());
  beforeEach(async () => {
    account = await startAccount();
    origin = gitRepository(['init', '-q', '--bare', '-b', 'main', '.']);
    const first = gitRepository(['clone', '-q', origin.folder, '.']);
    first.git('checkout', '-q', '-b', 'main');
    first.git('--work-tree', source.folder, 'add', '-A');
    first.git('commit', '-q', '-m', 'Not provisioned yet');
    first.git('push', '-q', 'origin', 'main');
  });
  afterEach(async () => {
    // Also what no branch leads to any more.
    pushed.push(origin.git('cat-file', '--batch', '--batch-all-objects', '--unordered'));
    await account?.stop();
  });

  /** A runner of GitHub: what is on main, and nothing that an earlier run has left. */
  const fresh = () => gitRepository(['clone', '-q', origin.folder, '.']);

  async function run(inputs: Record<string, string>, workspace = fresh().folder): Promise<ActionRun> {
    const { DIGITALOCEAN_TOKEN, DIGITALOCEAN_API_URL } = account.env;
    const done = await runAction('provision', {
      workspace,
      inputs: { environment: 'prod', 'digitalocean-token': DIGITALOCEAN_TOKEN, ...inputs },
      env: { ...BRANCH, DIGITALOCEAN_API_URL },
    });
    runs.push(done);
    return done;
  }
  const applied = (inputs: Record<string, string> = {}, workspace?: string) =>
    run(
      {
        mode: 'apply',
        'operator-key': readFileSync(source.operator.file, 'utf8'),
        'sealing-key': readFileSync(source.sealingKey, 'utf8'),
        commit: 'true',
        ...inputs,
      },
      workspace,
    );
  const onMain = (path: string) => origin.git('show', `main:${path}`);

  it('does what was planned, commits what is known of the droplet, finds it again, and removes it', async () => {
    const before = origin.git('rev-parse', 'main');
    const planned = await run({ mode: 'apply', 'dry-run': 'true' });
    expect(planned.code, planned.log).toBe(0);
    expect(planned.outputs).toMatchObject({ result: 'planned', changes: 'true' });

    const digest = planned.outputs.digest ?? '';
    const { code, log, outputs, summary } = await applied({ 'expect-digest': digest });
    expect(code, log).toBe(0);
    expect(outputs).toMatchObject({ result: 'applied', digest, changes: 'true' });
    const address = account.fake.world.reservedIps[0]?.ip ?? '?';
    expect(outputs.address).toBe(address);
    expect(summary).toContain('### Lunchbox: prod is provisioned');
    expect(summary).toContain(`Users come in at \`${address}\`.`);
    expect(summary).toMatch(/^\| converted to NixOS \| .* \| done \|/m);
    expect(summary).toContain(`shop.example.  A  ${address}`);
    expect(readFileSync(outputs.log ?? '', 'utf8')).toMatch(/^==> converting\n/m);
    // What a runner needs who was not there.
    expect(origin.git('rev-parse', 'main')).toBe(outputs.commit);
    expect(origin.git('rev-parse', 'main^')).toBe(before);
    expect(origin.git('log', '-1', '--format=%an: %s', 'main')).toBe('lunchbox: Know the droplet of prod');
    expect(origin.git('show', '--name-only', '--format=', 'main').split('\n')).toEqual([
      'clusters/prod/droplet.json',
      'clusters/prod/escrow-note.json',
      'clusters/prod/escrow.age',
      'clusters/prod/host.json',
      'clusters/prod/known_hosts',
    ]);
    expect(JSON.parse(onMain('clusters/prod/host.json'))).toMatchObject({ address });
    expect(onMain('clusters/prod/known_hosts')).toMatch(new RegExp(`^${address} ssh-ed25519 `));

    const again = await applied();
    expect(again.code, again.log).toBe(0);
    expect(again.outputs).toMatchObject({ result: 'unchanged', changes: 'false', commit: '', log: '' });

    // The push of the first run might as well have been refused.
    const known = origin.git('rev-parse', 'main');
    origin.git('update-ref', 'refs/heads/main', before);
    // And somebody has edited what the machine is made of since: that is no reason to touch what serves users.
    const edited = fresh();
    edited.commit('Have another machine', { 'nixos/extra.nix': '{ }\n' });
    edited.git('push', '-q', 'origin', 'HEAD:refs/heads/main');
    const lost = await applied();
    expect(lost.code, lost.log).toBe(0);
    // Of the account nothing is to be changed; the escrow is lost with the rest, and the plan says so.
    expect(lost.outputs).toMatchObject({ result: 'applied', changes: 'true' });
    expect(lost.log).toMatch(/1 to change[\s\S]*escrow\.age +is not there yet/);
    expect(onMain('clusters/prod/escrow.age')).toContain('BEGIN AGE ENCRYPTED FILE');
    expect(lost.log).toMatch(
      /^::warning::the machine was set up with another configuration .*`lunchbox host prod switch`/m,
    );
    expect(lost.log).not.toContain('k3s ready');
    const files = (commit: string) =>
      ['droplet.json', 'host.json', 'known_hosts'].map((name) =>
        origin.git('show', `${commit}:clusters/prod/${name}`),
      );
    expect(files('main')).toEqual(files(known));
    for (const machine of account.machines())
      secrets.push(machine.read('/var/lib/rancher/k3s/server/token')?.trim() ?? '');
    expect(account.machines().map((machine) => [machine.reboots(), machine.switches()])).toEqual([[1, 1]]);

    expect((await run({ mode: 'status' })).summary).toMatch(/droplet {2}\d+ {2}ready/);
    const gone = await run({ mode: 'destroy', confirm: 'prod', 'with-data': 'true' });
    expect(gone.code, gone.log).toBe(0);
    expect(gone.outputs).toMatchObject({ result: 'destroyed' });
    expect(account.fake.world.droplets).toEqual([]);
  });

  it('says what went wrong, keeps the log, commits nothing and leaves no droplet', async () => {
    account.modes = ['infect-fails-half-way'];
    const before = origin.git('rev-parse', 'main');
    const { code, log, outputs, summary } = await applied();
    expect(code).toBe(1);
    expect(log).toMatch(/^::error::.*the conversion failed/m);
    expect(outputs).toMatchObject({ result: 'failed', changes: 'true', commit: '' });
    expect(readFileSync(outputs.log ?? '', 'utf8')).toContain('out of memory');
    expect(summary).toContain('### Lunchbox: prod failed');
    expect(summary).toMatch(/^\*\*.*the conversion failed/m);
    expect(summary).toMatch(/^\| converted to NixOS \| .* \| FAILED \|/m);
    expect(origin.git('rev-parse', 'main')).toBe(before);
    expect(account.fake.world.droplets).toEqual([]);

    account.modes = [];
    // Only to look at, this time: somebody else commits it.
    const workspace = fresh();
    const { outputs: next, summary: told, log: said } = await applied({ commit: 'false' }, workspace.folder);
    expect(next, said).toMatchObject({ result: 'applied', commit: '' });
    expect(told).toContain('Commit what is known of the droplet: clusters/prod/droplet.json');
    expect(origin.git('rev-parse', 'main')).toBe(before);
    expect(workspace.git('status', '--porcelain')).toContain('clusters/prod/known_hosts');
  });

  it('has a droplet that works, and a failure, when the push is refused', async () => {
    mkdirSync(`${origin.folder}/hooks`, { recursive: true });
    writeFileSync(
      `${origin.folder}/hooks/pre-receive`,
      '#!/bin/sh\necho "GH006: protected branch" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    );
    const { code, log, outputs, summary } = await applied();
    expect(code).toBe(1);
    expect(log).toMatch(/^::error::the push to main was refused/m);
    expect(outputs).toMatchObject({ result: 'failed', commit: '' });
    expect(outputs.address).toBe(account.fake.world.reservedIps[0]?.ip);
    expect(summary).toContain('could not be committed');
    expect(account.fake.world.droplets).toHaveLength(1);
  });

  it('shows no secret in a log, an output, a summary, an artifact or git', () => {
    const hidden = [...secrets.flatMap(canaries), account.env.DIGITALOCEAN_TOKEN];
    // What the runner is told to hide is what is looked for.
    const raw = leaks([['raw', runs.map(({ log }) => log).join('')]], hidden).join();
    for (const index of [1, 2, hidden.length]) expect(raw).toContain(`plain of secret ${index} in raw`);
    const texts = runs.flatMap(({ log, err, outputs, summary }, index) => [
      [`log ${index}`, log.replaceAll(/^::add-mask::.*\n/gm, '')] as const,
      [`errors ${index}`, err] as const,
      [`summary ${index}`, summary] as const,
      ...Object.entries(outputs),
      ...(outputs.log ? [[`artifact ${index}`, readFileSync(outputs.log, 'utf8')] as const] : []),
    ]);
    expect(texts.length).toBeGreaterThan(20);
    expect(pushed.join('')).toContain('ssh-ed25519');
    expect(leaks([...texts, ...pushed.map((text) => ['git', text] as const)], hidden)).toEqual([]);
  });
});

/** Parts of a secret that no other text holds: the lines of a key between those that every key has. */
function canaries(secret: string): string[] {
  const lines = secret.split('\n').filter((line) => line.length > 40 && !line.startsWith('-----'));
  return lines.length > 0 ? lines : [secret];
}
