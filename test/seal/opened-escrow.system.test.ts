import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageEncrypt } from '../../adapters/age/encrypt.ts';
import { readmeText } from '../../generator/init/documents.ts';
import { escrowText } from '../../generator/provision/machine/escrow.ts';
import { folderWith, lunchbox, SMALLEST } from '../support/cli.ts';

const missing = ['age', 'jq'].find((program) => spawnSync(program, ['--version']).error !== undefined);
const skip = missing !== undefined && !process.env.LUNCHBOX_REQUIRE_ALL;
const VALUE = 'c4nary-Value-9f';

describe.skipIf(skip)(`an escrow, by whoever may open it (not run without ${missing ?? 'age'})`, () => {
  let folder: string;
  /** Outside of the repository. */
  let safe: string;

  beforeAll(async () => {
    safe = mkdtempSync(join(tmpdir(), 'lunchbox-safe-'));
    folder = folderWith({
      'lunchbox.yaml': SMALLEST.replace('health: /healthz', 'health: /healthz, secrets: [API_KEY]'),
    });
    const key = join(safe, 'made.key');
    lunchbox(['keys', 'new', 'prod', '--out', key], folder);
    lunchbox(['seal', 'prod', 'API_KEY'], folder, { input: VALUE });
    const identity = await generateIdentity();
    writeFileSync(join(safe, 'IDENTITY'), identity);
    const content = { app: 'shop', environment: 'prod', k3sToken: 'K10a::server:b' };
    const text = escrowText({ ...content, sealingKey: readFileSync(key, 'utf8') });
    writeFileSync(
      join(folder, 'clusters/prod/escrow.age'),
      await ageEncrypt(text, [await identityToRecipient(identity)]),
    );
  });
  afterAll(() => rmSync(safe, { recursive: true, force: true }));

  const documents = {
    'the README': () => readFileSync('README.md', 'utf8'),
    'the README of a new repository': () =>
      readmeText({
        app: 'shop',
        hosts: { staging: 's.example', prod: 'p.example' },
        branch: 'main',
        actions: { repository: 'acme/lunchbox' },
        image: 'ghcr.io/acme/shop',
        region: 'fra1',
        size: 's-2vcpu-4gb',
      } as Parameters<typeof readmeText>[0]),
  };

  it.each(Object.entries(documents))('is opened by the command of %s', (_, text) => {
    const [command = 'false'] = /age -d -i IDENTITY .* > prod\.key/.exec(text()) ?? [];
    const here = command.replace('IDENTITY', `${safe}/IDENTITY`).replace('> prod.key', `> ${safe}/prod.key`);
    execFileSync('sh', ['-c', here], { cwd: folder });
    expect(lunchbox(['unseal', 'prod', 'API_KEY', '--key', join(safe, 'prod.key')], folder)).toMatchObject({
      code: 0,
      out: VALUE,
    });
  });

  it('is a key file itself as soon as age has opened it, and says how while it has not', () => {
    const opened = execFileSync('age', ['-d', '-i', join(safe, 'IDENTITY'), 'clusters/prod/escrow.age'], {
      cwd: folder,
    });
    writeFileSync(join(safe, 'escrow.json'), opened);
    const unseal = (file: string) => lunchbox(['unseal', 'prod', 'API_KEY', '--key', file], folder);
    expect(unseal(join(safe, 'escrow.json'))).toMatchObject({ code: 0, out: VALUE });
    const closed = unseal('clusters/prod/escrow.age');
    expect(closed).toMatchObject({ code: 2, err: expect.stringContaining('is encrypted with age') });
    expect(closed.err).toContain('age -d -i IDENTITY');
  });
});
