import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasOpenSsh } from '../ssh/sshd.ts';
import { leaks } from '../support/leak-scan.ts';
import { hasBackupPrograms } from './support/k3s-state.ts';
import { startMachine, type TestMachine } from './support/machine.ts';
import { hasGo, type S3, startS3 } from './support/s3.ts';

const skip = !(hasOpenSsh && hasBackupPrograms && hasGo) && !process.env.LUNCHBOX_REQUIRE_ALL;
const PASSWORD = 'correct horse "battery" $taple';
const TOKEN = 'K10f00ba4::server:a-token-of-tests';

/** A machine whose unit runs the real scripts on state of its own. */
async function machineWith(s3: S3): Promise<TestMachine> {
  const machine = await startMachine();
  const at = (path: string) => join(machine.root, path);
  machine.write('scripts', join(process.cwd(), 'nixos/backup'));
  machine.write(
    'unit-environment',
    [
      `PATH=${at('bin')}:${process.env.PATH}`,
      `K3S_DATA_DIR=${at('var/lib/rancher/k3s')}`,
      `LUNCHBOX_LOCAL_PATH=${at('srv/data/local-path')}`,
      'LUNCHBOX_HOST=shop-prod',
      `NODE_PASSWORD_FILE=${at('etc/rancher/node/password')}`,
      `BACKUP_STATE_DIR=${at('var/lib/lunchbox/backup')}`,
      `BACKUP_CONF=${at('etc/none')}`,
      `CGROUP_DIR=${at('cgroup')}`,
      `KUBELET_DIR=${at('kubelet')}`,
      'RESTORE_RESERVE=0',
      // As a certificate that browsers believe.
      `SSL_CERT_FILE=${s3.authority}`,
      '',
    ].join('\n'),
  );
  machine.write('var/lib/rancher/k3s/server/token', TOKEN);
  machine.write('var/lib/rancher/k3s/server/db/none', '');
  machine.write('srv/data/local-path/pvc-1/data', 'the first\n');
  spawnSync('sqlite3', [
    at('var/lib/rancher/k3s/server/db/state.db'),
    'CREATE TABLE kine (value TEXT); INSERT INTO kine VALUES (1)',
  ]);
  machine.repository.commit('spec', {
    'lunchbox.yaml': `app: shop
image: { repository: ghcr.io/acme/shop, tag: main }
workloads: { web: { port: 8080, health: / } }
environments:
  prod: { droplet: { backups: { endpoint: "${s3.endpoint}", bucket: backups, region: us-east-1 } } }
`,
    'clusters/prod/host.json': JSON.stringify({
      address: '127.0.0.1',
      port: machine.sshd().port,
      hostName: 'shop-prod',
    }),
    'clusters/prod/known_hosts': machine.sshd().knownHosts,
  });
  return machine;
}

describe.skipIf(skip)(
  'backups from the command line, over a real sshd (not run without OpenSSH, restic, sqlite3, Redis and Go)',
  () => {
    let s3: S3;
    let machine: TestMachine;
    const said: [string, string][] = [];

    beforeAll(async () => {
      s3 = await startS3({ tls: true });
      s3.bucket('backups');
      machine = await machineWith(s3);
    });
    afterAll(async () => {
      await machine?.stop();
      await s3?.stop();
    });

    const lunchbox = (args: string[], env: Record<string, string> = {}, on = machine) => {
      const result = spawnSync(
        process.execPath,
        [join(process.cwd(), 'cli/bin.mjs'), 'host', 'prod', 'backup', ...args, '--ssh-key', on.key.file],
        {
          cwd: on.repository.folder,
          env: { PATH: process.env.PATH, HOME: on.root, NO_COLOR: '1', ...env },
          encoding: 'utf8',
        },
      );
      said.push([args.join(' '), result.stdout + result.stderr]);
      return result;
    };
    const keys = () => ({
      LUNCHBOX_BACKUP_PASSWORD: PASSWORD,
      LUNCHBOX_BACKUP_ACCESS_KEY: s3.accessKey,
      LUNCHBOX_BACKUP_SECRET_KEY: s3.secretKey,
    });

    it('want the keys first, all of them, and keep them for root alone', () => {
      const none = lunchbox(['now']);
      expect(none.stderr).toContain('the machine has no keys for its backups');
      expect(none.status).toBe(2);
      const some = lunchbox(['now'], { LUNCHBOX_BACKUP_PASSWORD: PASSWORD });
      expect(some.stderr).toContain('LUNCHBOX_BACKUP_ACCESS_KEY is not set');
      expect(some.status).toBe(2);
      const now = lunchbox(['now'], keys());
      expect(now.stdout).toMatch(/backed up as [0-9a-f]{8}: sqlite, 0 Redis/);
      expect(now.status).toBe(0);
      expect(statSync(join(machine.root, 'var/lib/lunchbox/backup.env')).mode & 0o777).toBe(0o600);
      expect(machine.read('calls')).not.toContain('ACCESSKEY');
    });

    it('are listed, and restored only when that is confirmed', () => {
      const list = lunchbox(['list', '--json']);
      const { snapshots } = JSON.parse(list.stdout) as { snapshots: { id: string; host: string }[] };
      expect(snapshots).toHaveLength(1);
      expect(snapshots[0]?.host).toBe('shop-prod');
      const id = snapshots[0]?.id.slice(0, 8) ?? '';
      expect(lunchbox(['list']).stdout).toContain(`${id}   2`);
      expect(lunchbox(['list', '--max-age', '26h']).status).toBe(0);
      const late = lunchbox(['list', '--max-age', '1ms']);
      expect(late.stdout).toContain('the newest backup is 0 h old');
      expect(late.status).toBe(1);
      const data = lunchbox(['list', '--max-age', '1ms', '--json']);
      expect([data.status, JSON.parse(data.stdout).late]).toEqual([1, true]);

      machine.write('srv/data/local-path/pvc-1/data', 'changed\n');
      machine.write('calls', '');
      expect(lunchbox(['restore', '--dry-run']).stdout).toContain('a dry run: nothing was changed');
      for (const args of [['restore'], ['restore', id, '--confirm', 'staging']]) {
        const refused = lunchbox(args);
        expect(refused.stderr).toContain('nothing was confirmed');
        expect(refused.status).toBe(2);
      }
      expect(lunchbox(['restore', 'abcd', '--confirm', 'prod']).stderr).toContain(
        'there is no snapshot abcd',
      );
      expect(machine.read('calls')).not.toContain('stop k3s');

      // No app listens at the machine's port 80 here: that is told, and the state is restored all the same.
      const restored = lunchbox(['restore', id, '--confirm', 'prod', '--limit', '2s', '--json']);
      expect(JSON.parse(restored.stdout).problems[0].message).toBe(
        'it was restored, and not everything answers',
      );
      expect(JSON.parse(restored.stdout).problems[0].evidence).toEqual(['http://127.0.0.1/: refused']);
      expect(restored.status).toBe(1);
      expect(machine.read('srv/data/local-path/pvc-1/data')).toBe('the first\n');
      expect(machine.read('calls')).toContain('stop k3s');
    });

    it('that fail say why, in words', () => {
      const wrong = lunchbox(['now'], { ...keys(), LUNCHBOX_BACKUP_PASSWORD: 'another-password' });
      expect(wrong.stdout).toContain('the password does not open the repository');
      expect(wrong.status).toBe(1);
      const list = lunchbox(['list']);
      expect(list.stderr).toContain('the password does not open the repository');
      expect(list.status).toBe(2);
    });

    it('need the module, and a place', () => {
      machine.write('kept', machine.read('scripts'));
      spawnSync('rm', [join(machine.root, 'scripts')]);
      expect(lunchbox(['list']).stderr).toContain('this machine makes no backups');
      machine.write('scripts', machine.read('kept'));
    });

    it('never print a secret', () => {
      expect(said.length).toBeGreaterThan(8);
      expect(leaks(said, [PASSWORD, TOKEN, s3.secretKey, s3.accessKey, machine.key.text])).toEqual([]);
    });
  },
);
