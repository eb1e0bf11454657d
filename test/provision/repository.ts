import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { type KeyPair, makeKey } from '../ssh/sshd.ts';

const CLI = resolve('cli/bin.mjs');

/** A repository with the flake of this one, whose environment `prod` nobody has provisioned yet. */
export interface ProvisionRepository {
  folder: string;
  operator: KeyPair;
  /** Opens the escrow. */
  identity: string;
  sealingKey: string;
  read(path: string): string;
  remove(): void;
}

export async function makeProvisionRepository(droplet = ''): Promise<ProvisionRepository> {
  const outer = mkdtempSync(join(tmpdir(), 'lunchbox-provision-'));
  const folder = join(outer, 'repository');
  const operator = makeKey(outer, 'operator');
  const identity = await generateIdentity();
  const sealingKey = join(outer, 'prod.key');
  const lunchbox = (...args: string[]) =>
    execFileSync(process.execPath, [CLI, ...args], { cwd: folder, stdio: 'pipe' });
  cpSync('nixos', join(folder, 'nixos'), { recursive: true });
  for (const file of ['flake.nix', 'flake.lock']) cpSync(file, join(folder, file));
  // What a machine of the tests holds its configuration against.
  writeFileSync(join(folder, 'nixos/backup/now.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(
    join(folder, 'lunchbox.yaml'),
    `app: shop
image: { repository: ghcr.io/acme/shop, tag: main }
workloads:
  web: { port: 8080, health: /healthz, secrets: { PASSWORD: password } }
tls: { email: ops@shop.example }
droplet:
  ssh: { operators: [${operator.publicKey} me@laptop] }
  escrow: [${await identityToRecipient(identity)}]
${droplet === '' ? '' : `  ${droplet}\n`}environments:
  prod: { hosts: [shop.example, www.shop.example] }
`,
  );
  lunchbox('keys', 'new', 'prod', '--out', sealingKey);
  execFileSync(process.execPath, [CLI, 'seal', 'prod', 'password'], {
    cwd: folder,
    input: 'lunch-at-noon-7',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  lunchbox('render');
  return {
    folder,
    operator,
    identity,
    sealingKey,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    remove: () => rmSync(outer, { recursive: true, force: true }),
  };
}
