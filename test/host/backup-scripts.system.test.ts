import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { leaks } from '../support/leak-scan.ts';
import { type BackupMachine, backupMachine, hasBackupPrograms, makeState } from './support/k3s-state.ts';
import { startRedis } from './support/redis.ts';
import { hasGo, type S3, startS3 } from './support/s3.ts';

const skip = !(hasBackupPrograms && hasGo) && !process.env.LUNCHBOX_REQUIRE_ALL;
const PASSWORD = 'correct horse "battery" $taple';
const TOKEN = 'K10f00ba4::server:a-token-of-tests';
const PV = 'pvc-1_shop_data-redis-0';

describe.skipIf(skip)(
  'backups with restic to a real S3 server (not run without restic, sqlite3, Redis and Go)',
  () => {
    let s3: S3;
    let bucket = '';
    let count = 0;
    const machines: BackupMachine[] = [];
    let said: [string, string][] = [];

    beforeAll(async () => {
      s3 = await startS3();
    });
    afterEach(() => {
      // Nothing that was printed, ever, holds a secret.
      const secrets = [PASSWORD, TOKEN, s3.secretKey, s3.accessKey];
      expect(leaks(said, secrets)).toEqual([]);
      said = [];
    });
    afterAll(async () => {
      for (const machine of machines) machine.stop();
      await s3?.stop();
    });

    const settings = (more: Record<string, string> = {}) => ({
      RESTIC_REPOSITORY: `s3:${s3.endpoint}/${bucket}/shop-prod`,
      RESTIC_PASSWORD: PASSWORD,
      AWS_ACCESS_KEY_ID: s3.accessKey,
      AWS_SECRET_ACCESS_KEY: s3.secretKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      ...more,
    });
    const fresh = (more: Record<string, string> = {}) => {
      const machine = backupMachine('shop-prod', settings(more));
      machines.push(machine);
      const run = machine.run;
      machine.run = (...args) => {
        const result = run(...args);
        said.push([args[0], result.out + result.err]);
        return result;
      };
      return machine;
    };
    const bucketOf = () => {
      bucket = `backups-${++count}`;
      return s3.bucket(bucket);
    };
    const started = () => {
      bucketOf();
      const machine = fresh();
      makeState(machine, TOKEN);
      machine.sql("INSERT INTO kine (value) VALUES ('first')");
      return machine;
    };
    const snapshots = (machine: BackupMachine) => JSON.parse(machine.run('list').out) as { id: string }[];
    const restore = (machine: BackupMachine, id: string, env: Record<string, string> = {}) =>
      machine.run('restore', [id], { RESTORE_CONFIRM: id, ...env });
    const ok = { code: 0 };

    it('pass shellcheck', () => {
      const scripts = readdirSync('nixos/backup').filter((name) => name.endsWith('.sh'));
      const result = spawnSync('shellcheck', ['-x', ...scripts], { cwd: 'nixos/backup', encoding: 'utf8' });
      expect(result.stdout).toBe('');
      expect(result.status).toBe(0);
    });

    it('come back byte for byte on a new machine, with the token, and keep what was there', () => {
      const machine = started();
      machine.write(`srv/local-path/pvc-2_shop_files/${'ü'.repeat(20)} [1]*?.bin`, 'a\0b\n'.repeat(70_000));
      chmodSync(join(machine.storage, 'pvc-2_shop_files'), 0o2770);
      execFileSync('chown', ['-R', '999:998', join(machine.storage, 'pvc-2_shop_files')]);
      const before = machine.sql('SELECT hex(value) FROM kine');
      const run = machine.run('backup');
      expect(run.err).toContain('makes a new repository');
      expect(run).toMatchObject(ok);
      const last = JSON.parse(machine.read('state/last.json'));
      expect(last).toMatchObject({ incomplete: false, datastore: 'sqlite', redis: 0 });
      const [snapshot] = snapshots(machine);
      // The cluster is told, where whoever may not come to the machine finds it.
      expect(machine.read('calls')).toMatch(
        /^k3s kubectl annotate --overwrite namespace kube-system lunchbox\.dev\/last-good-backup=\d{10}$/m,
      );
      expect(last.summary.snapshot_id).toBe(snapshot?.id.slice(0, last.summary.snapshot_id.length));
      expect(existsSync(join(machine.root, 'state/work'))).toBe(false);

      const other = fresh();
      makeState(other, 'another-token');
      other.write('srv/local-path/pvc-9/mine', 'of the new machine');
      other.write('cgroup/kubepods.slice/cgroup.kill', '');
      const back = restore(other, snapshot?.id ?? '');
      expect(back.err).toContain('k3s is ready');
      expect(back).toMatchObject(ok);
      expect(other.sql('SELECT hex(value) FROM kine')).toBe(before);
      for (const path of ['server/token', 'server/cred/encryption-config.json', 'server/tls/server-ca.key'])
        expect(other.read(`k3s/${path}`)).toBe(machine.read(`k3s/${path}`));
      expect(other.read('node/password')).toBe(machine.read('node/password'));
      expect(execFileSync('diff', ['-r', machine.storage, other.storage], { encoding: 'utf8' })).toBe('');
      const folder = statSync(join(other.storage, 'pvc-2_shop_files'));
      expect([folder.mode & 0o7777, folder.uid, folder.gid]).toEqual([0o2770, 999, 998]);
      // What NixOS put there stays, and what was there before lies beside.
      expect(other.read('k3s/server/manifests/traefik.yaml')).toBe('a link of NixOS');
      const kept = readdirSync(other.data).find((name) => name.startsWith('server.before-'));
      expect(other.read(`k3s/${kept}/token`)).toBe('another-token');
      const volumes = readdirSync(join(other.root, 'srv')).find((name) =>
        name.startsWith('local-path.before-'),
      );
      expect(other.read(`srv/${volumes}/pvc-9/mine`)).toBe('of the new machine');
      expect(readdirSync(other.data).filter((name) => name.startsWith('.'))).toEqual([]);
      // Pods that k3s leaves behind are ended before anything moves.
      expect(other.read('cgroup/kubepods.slice/cgroup.kill')).toBe('1\n');
      expect(readdirSync(join(other.root, 'node')).length).toBe(2);
    });

    it('hold the datastore as of one moment while k3s goes on writing', async () => {
      const machine = started();
      // Many pages, so that a copy takes longer than the time between two writes.
      machine.sql(
        'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 60000) INSERT INTO kine (value) SELECT randomblob(900) FROM n',
      );
      machine.sql('CREATE TABLE pair (a INTEGER, b INTEGER); INSERT INTO pair VALUES (0, 0)');
      const writer = spawn(
        'sh',
        [
          '-c',
          'while :; do echo "BEGIN; UPDATE pair SET a = a + 1; INSERT INTO kine (value) VALUES (randomblob(500)); UPDATE pair SET b = b + 1; COMMIT;"; done | sqlite3 -cmd ".timeout 20000" "$0"',
          join(machine.data, 'server/db/state.db'),
        ],
        { stdio: 'ignore', detached: true },
      );
      try {
        while (Number(machine.sql('SELECT a FROM pair')) < 20)
          await new Promise((wake) => setTimeout(wake, 20));
        for (let turn = 0; turn < 3; turn++) {
          const run = await promisify(execFile)('bash', [join(process.cwd(), 'nixos/backup/backup.sh')], {
            env: machine.env,
          });
          said.push(['backup', run.stdout + run.stderr]);
        }
      } finally {
        process.kill(-(writer.pid ?? 0), 'SIGKILL');
        await once(writer, 'exit');
      }
      const all = snapshots(machine);
      expect(all).toHaveLength(3);
      for (const { id } of all) {
        const other = fresh();
        makeState(other, 'another-token');
        expect(restore(other, id)).toMatchObject(ok);
        expect(other.sql('PRAGMA integrity_check')).toBe('ok');
        const [a, b] = other.sql('SELECT a, b FROM pair').split('|');
        expect(a).toBe(b);
        expect(Number(other.sql('SELECT count(*) FROM kine'))).toBe(60_001 + Number(a));
      }
    });

    it('hold every write up to one moment of a Redis that writes and rewrites its log meanwhile', async () => {
      const machine = started();
      const folder = join(machine.storage, PV);
      mkdirSync(folder, { recursive: true });
      const redis = await startRedis(folder);
      let writing = true;
      let written = 0;
      // Each write names the one before: a hole would show.
      const writes = (async () => {
        while (writing) {
          const from = written + 1;
          const lines = Array.from({ length: 500 }, (_, index) => `SET key:${from + index} ${from + index}`);
          await redis.send(lines);
          written += 500;
        }
      })();
      const rewrites = (async () => {
        while (writing) {
          await redis.cli('BGREWRITEAOF');
          await new Promise((wake) => setTimeout(wake, 30));
        }
      })();
      const least: number[] = [];
      for (let turn = 0; turn < 4; turn++) {
        least.push(written);
        const run = await promisify(execFile)('bash', [join(process.cwd(), 'nixos/backup/backup.sh')], {
          env: { ...machine.env, BACKUP_CHECK_SHARE: 'none', BACKUP_KEEP_LAST: '9' },
        });
        expect(run.stderr).toContain('1 Redis');
      }
      writing = false;
      await Promise.all([writes, rewrites]);
      await redis.stop();
      const all = snapshots(machine);
      expect(all).toHaveLength(4);
      for (const [index, { id }] of all.entries()) {
        const other = fresh();
        makeState(other, 'another-token');
        expect(restore(other, id)).toMatchObject(ok);
        const again = await startRedis(join(other.storage, PV));
        const size = Number(await again.cli('DBSIZE'));
        // As of a moment after the backup began, and without a hole before its last write.
        expect(size).toBeGreaterThanOrEqual(least[index] ?? 0);
        expect(await again.cli('GET', `key:${size}`)).toBe(String(size));
        expect(await again.cli('EXISTS', `key:${size + 1}`)).toBe('0');
        await again.stop();
      }
    });

    it('begin the copy of a Redis anew when it rewrites its log between two files', async () => {
      const machine = started();
      const folder = join(machine.storage, PV);
      mkdirSync(folder, { recursive: true });
      const redis = await startRedis(folder);
      await redis.send(Array.from({ length: 1000 }, (_, index) => `SET key:${index} ${index}`));
      // After the first file was copied, the others are replaced.
      machine.write(
        'bin/cp',
        `#!/bin/sh
/bin/cp "$@"
code=$?
case $* in *appendonlydir*)
  if [ ! -e "$FAKE/rewritten" ]; then
    touch "$FAKE/rewritten"
    redis-cli -s ${redis.socket} BGREWRITEAOF > /dev/null
    until redis-cli -s ${redis.socket} INFO persistence | grep -q 'aof_rewrite_in_progress:0'; do sleep 0.05; done
    sleep 0.3
  fi ;;
esac
exit $code
`,
      );
      chmodSync(join(machine.root, 'bin/cp'), 0o755);
      const names = readdirSync(join(folder, 'appendonlydir'));
      const run = await promisify(execFile)('bash', [join(process.cwd(), 'nixos/backup/backup.sh')], {
        env: machine.env,
      });
      expect(run.stderr).toContain('1 Redis');
      expect(existsSync(join(machine.root, 'rewritten'))).toBe(true);
      expect(readdirSync(join(folder, 'appendonlydir'))).not.toEqual(names);
      await redis.stop();
      const other = fresh();
      makeState(other, 'another-token');
      expect(restore(other, snapshots(machine)[0]?.id ?? '')).toMatchObject(ok);
      const again = await startRedis(join(other.storage, PV));
      expect(await again.cli('DBSIZE')).toBe('1000');
      await again.stop();
    });

    it('hold a snapshot of etcd where that is the datastore, and reset to it', () => {
      bucketOf();
      const machine = fresh();
      machine.write('k3s/server/token', TOKEN);
      machine.write('k3s/server/db/etcd/member', 'everything');
      expect(machine.run('backup')).toMatchObject(ok);
      expect(JSON.parse(machine.read('state/last.json')).datastore).toBe('etcd');
      const [snapshot] = snapshots(machine);
      machine.write('k3s/server/db/etcd/member', 'lost');
      machine.write('calls', '');
      expect(restore(machine, snapshot?.id ?? '')).toMatchObject(ok);
      expect(machine.read('k3s/server/db/etcd/member')).toBe('everything');
      expect(machine.read('calls')).toMatch(/stop k3s[\s\S]*cluster-reset[\s\S]*start k3s/);
    });

    it('are few: only new data is sent, and old ones go', () => {
      const machine = started();
      machine.write('srv/local-path/pvc-2/data', randomBytes(2_000_000).toString('hex'));
      expect(machine.run('backup')).toMatchObject(ok);
      const first = JSON.parse(machine.read('state/last.json')).summary.data_added;
      machine.write('srv/local-path/pvc-2/more', 'a little');
      const keep = {
        BACKUP_KEEP_DAILY: '1',
        BACKUP_KEEP_WEEKLY: '1',
        BACKUP_KEEP_MONTHLY: '1',
        BACKUP_KEEP_LAST: '2',
      };
      for (let turn = 0; turn < 3; turn++) expect(machine.run('backup', [], keep)).toMatchObject(ok);
      expect(JSON.parse(machine.read('state/last.json')).summary.data_added).toBeLessThan(first / 10);
      expect(snapshots(machine)).toHaveLength(2);
    });

    it('are nothing that whoever has the bucket can read', () => {
      const folder = bucketOf();
      const machine = fresh();
      makeState(machine, TOKEN);
      machine.write('srv/local-path/pvc-2/data', 'a confidential text '.repeat(50));
      expect(machine.run('backup')).toMatchObject(ok);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      expect(files.length).toBeGreaterThan(3);
      const texts = files.map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        return [path, readFileSync(path, 'latin1')];
      });
      expect(leaks(texts, [TOKEN, 'a confidential text ', PASSWORD])).toEqual([]);
    });

    describe('say what is wrong', () => {
      const failing = (machine: BackupMachine, env: Record<string, string> = {}) => {
        const run = machine.run('backup', [], env);
        expect(run.code).toBe(1);
        expect(existsSync(join(machine.root, 'state/last.json'))).toBe(false);
        expect(existsSync(join(machine.root, 'state/work'))).toBe(false);
        return run.err;
      };

      it('a wrong password, and what was there stays as it was', () => {
        const machine = started();
        machine.run('backup');
        const good = machine.read('state/last-good');
        expect(Math.abs(Number(good) * 1000 - Date.now())).toBeLessThan(600_000);
        expect(failing(machine, { RESTIC_PASSWORD: 'another-password' })).toContain(
          'error: the password does not open',
        );
        // Of the last one that was good, it is remembered when that was.
        expect(machine.read('state/last-good')).toBe(good);
        expect(machine.run('list', [], { RESTIC_PASSWORD: 'another-password' })).toMatchObject({
          code: 1,
          err: expect.stringContaining('the password does not open'),
        });
        expect(snapshots(machine)).toHaveLength(1);
      });

      it('a missing bucket, which is not made: its name may be mistyped', () => {
        const machine = started();
        bucket = 'mistyped';
        const env = settings();
        expect(failing(machine, env)).toContain('error: the bucket of s3:');
        expect(existsSync(join(s3.bucket('other'), '../mistyped'))).toBe(false);
      });

      it('wrong keys', () => {
        const machine = started();
        expect(failing(machine, { AWS_SECRET_ACCESS_KEY: 'another-secret-key' })).toContain(
          'error: the keys may not use',
        );
        expect(failing(machine, { AWS_ACCESS_KEY_ID: 'NOBODYSKEY' })).toContain(
          'error: the keys may not use',
        );
      });

      it('an endpoint that does not answer', async () => {
        const machine = started();
        const port = await freePort();
        const RESTIC_REPOSITORY = `s3:http://127.0.0.1:${port}/backups/shop`;
        expect(failing(machine, { RESTIC_REPOSITORY })).toContain('cannot be reached');
        expect(machine.run('list', [], { RESTIC_REPOSITORY }).err).toContain('cannot be reached');
      });

      it('settings that are not there', () => {
        const machine = started();
        expect(failing(machine, { RESTIC_REPOSITORY: '' })).toContain('error: no repository');
        expect(failing(machine, { RESTIC_PASSWORD: '' })).toContain('error: no password');
      });

      it('a datastore that is damaged, and none', () => {
        const machine = started();
        machine.sql(
          'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) INSERT INTO kine (value) SELECT randomblob(900) FROM n',
        );
        machine.sql('PRAGMA wal_checkpoint(TRUNCATE)');
        const file = join(machine.data, 'server/db/state.db');
        const bytes = readFileSync(file);
        bytes.fill(0xff, 400_000, 440_000);
        writeFileSync(file, bytes);
        expect(failing(machine)).toMatch(/error: k3s' datastore .* (?:is damaged|cannot be copied)/);
        rmSync(file);
        expect(failing(machine)).toContain('error: k3s keeps no datastore');
      });

      it('a repository that is damaged', () => {
        const folder = bucketOf();
        const machine = fresh();
        makeState(machine, TOKEN);
        machine.write('srv/local-path/pvc-2/data', randomBytes(100_000).toString('hex'));
        expect(machine.run('backup')).toMatchObject(ok);
        const [snapshot] = snapshots(machine);
        const packs = join(folder, 'shop-prod/data');
        for (const entry of readdirSync(packs, { recursive: true, withFileTypes: true })) {
          if (!entry.isFile()) continue;
          const path = join(entry.parentPath, entry.name);
          const bytes = readFileSync(path);
          bytes.fill(7, 10, Math.min(bytes.length - 200, 60_000));
          writeFileSync(path, bytes);
        }
        rmSync(join(machine.root, 'state/cache'), { recursive: true, force: true });
        machine.write('calls', '');
        const back = restore(machine, snapshot?.id ?? '');
        expect(back.code).toBe(1);
        // Nothing was stopped or moved for it.
        expect(machine.read('calls')).not.toContain('stop');
        expect(machine.read('k3s/server/token')).toBe(TOKEN);
        expect(readdirSync(machine.data)).toEqual(['server']);
        expect(machine.run('backup', [], { BACKUP_CHECK_SHARE: '100%' })).toMatchObject({ code: 1 });
      });
    });

    describe('are restored with care', () => {
      it('never without the id as confirmation, and never what is no id', () => {
        const machine = started();
        machine.run('backup');
        machine.write('calls', '');
        const [snapshot] = snapshots(machine);
        const id = snapshot?.id ?? '';
        expect(machine.run('restore', [id])).toMatchObject({
          code: 1,
          err: expect.stringContaining('nothing was confirmed'),
        });
        expect(machine.run('restore', [id], { RESTORE_CONFIRM: 'yes' }).code).toBe(1);
        for (const bad of ['', 'latest', '--help', `${id};true`]) expect(restore(machine, bad).code).toBe(1);
        expect(restore(machine, 'abcdef0123456789')).toMatchObject({
          code: 1,
          err: expect.stringContaining('no such snapshot'),
        });
        expect(machine.read('calls')).toBe('');
      });

      it('and taken back when k3s does not get ready', () => {
        const machine = started();
        expect(machine.run('backup')).toMatchObject(ok);
        const [snapshot] = snapshots(machine);
        machine.sql("INSERT INTO kine (value) VALUES ('later')");
        machine.write('srv/local-path/pvc-2/later', 'later');
        // It starts, and gets ready only with what was there before.
        const broken = `#!/bin/sh\ncase "$*" in *readyz*) [ -e "$FAKE/running" ] && [ "$(sqlite3 "$K3S_DATA_DIR/server/db/state.db" "SELECT count(*) FROM kine WHERE value = 'later'")" = 1 ] && printf ok ;; *) echo 'node Ready' ;; esac\n`;
        machine.write('bin/k3s', broken);
        const back = restore(machine, snapshot?.id ?? '', { RESTORE_LIMIT: '2' });
        expect(back.code).toBe(1);
        expect(back.err).toContain('k3s was not ready within 2 seconds');
        expect(back.err).toContain('what was there runs again');
        expect(machine.sql("SELECT count(*) FROM kine WHERE value = 'later'")).toBe('1');
        expect(machine.read('srv/local-path/pvc-2/later')).toBe('later');
        expect(machine.read('node/password')).toBe(`${TOKEN}-node`);
        expect(readdirSync(machine.data)).toEqual(['server']);
        expect(existsSync(join(machine.root, 'running'))).toBe(true);
      });

      it('one at a time', async () => {
        const machine = started();
        mkdirSync(join(machine.root, 'state'));
        const holder = spawn('flock', [join(machine.root, 'state/lock'), 'sh', '-c', 'echo held; cat'], {
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        await once(holder.stdout, 'data');
        const run = machine.run('backup', [], { BACKUP_WAIT: '1' });
        expect(run).toMatchObject({
          code: 1,
          err: expect.stringContaining('another backup or restore runs'),
        });
        holder.stdin.end();
        await once(holder, 'exit');
        expect(machine.run('backup')).toMatchObject(ok);
      });
    });

    it('read settings from files as systemd writes them, whatever a secret holds', () => {
      const machine = started();
      const { RESTIC_PASSWORD: _, RESTIC_REPOSITORY, AWS_SECRET_ACCESS_KEY: __, ...rest } = machine.env;
      const quoted = (text: string) => `"${text.replace(/["\\$`]/g, '\\$&')}"`;
      machine.write(
        'backup.env',
        `# of tests\nRESTIC_REPOSITORY=${quoted(RESTIC_REPOSITORY ?? '')}\nRESTIC_PASSWORD=${quoted(PASSWORD)}\nAWS_SECRET_ACCESS_KEY=${quoted(s3.secretKey)}\n`,
      );
      const folder = mkdtempSync(join(tmpdir(), 'lunchbox-cwd-'));
      const run = spawnSync('bash', [join(process.cwd(), 'nixos/backup/backup.sh')], {
        env: rest as Record<string, string>,
        cwd: folder,
        encoding: 'utf8',
      });
      expect(run.stderr).toContain('backed up');
      expect(run.status).toBe(0);
      expect(readdirSync(folder)).toEqual([]);
      rmSync(folder, { recursive: true });
      expect(snapshots(machine)).toHaveLength(1);
    });
  },
);
