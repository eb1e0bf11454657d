import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canMount } from './support/can-mount.ts';
import { type BackupMachine, backupMachine, hasBackupPrograms, makeState } from './support/k3s-state.ts';

const skip = !(hasBackupPrograms && canMount()) && !process.env.LUNCHBOX_REQUIRE_ALL;
const PV = 'pvc-1_shop_data-redis-0';
const POD = 'kubelet/pods/0a1b-2c';
const VOLUME = `${POD}/volumes/kubernetes.io~local-volume/pvc-1`;
/** A name with all that the kernel writes otherwise in its list of mounts. */
const SUBPATH = `${POD}/volume-subpaths/pvc-1/a -b\\0401\n\tc/0`;

describe.skipIf(skip)('a restore while pods have volumes mounted (not run without restic and root)', () => {
  let repository = '';
  let machine: BackupMachine;
  beforeAll(() => {
    repository = mkdtempSync(join(tmpdir(), 'lunchbox-repository-'));
  });
  beforeEach(() => {
    machine = backupMachine('shop-prod', {
      RESTIC_REPOSITORY: join(repository, `${Date.now()}`),
      RESTIC_PASSWORD: 'secret',
    });
    makeState(machine, 'token');
  });
  afterEach(() => {
    for (const target of mounts().toReversed()) execFileSync('umount', [target]);
    machine.stop();
  });
  afterAll(() => rmSync(repository, { recursive: true, force: true }));

  /** Where something is mounted below this machine's folder. */
  const mounts = () =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) =>
        (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal: string) =>
          String.fromCharCode(Number.parseInt(octal, 8)),
        ),
      )
      .filter((target) => target.startsWith(`${machine.root}/`));
  /** As kubelet: what is mounted already stays, and the rest is mounted. */
  const kubelet = () => {
    machine.write(
      'bin/kubelet',
      `#!/bin/sh
mounted() { mkdir -p "$2"; mountpoint -q "$2" || mount --bind "$1" "$2"; }
mounted "$STORAGE_DIR/${PV}" "$FAKE/${VOLUME}"
mounted "$FAKE/${VOLUME}/sub" "$(printf '%b' "$FAKE/${POD}/volume-subpaths/pvc-1/a -b\\\\\\\\0401\\n\\tc/0")"
`,
    );
    chmodSync(join(machine.root, 'bin/kubelet'), 0o755);
    const run = spawnSync(join(machine.root, 'bin/kubelet'), { env: machine.env, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(mounts()).toEqual([join(machine.root, VOLUME), join(machine.root, SUBPATH)]);
  };
  const volume = (text: string) => {
    for (const path of ['data', 'sub/data']) machine.write(`srv/local-path/${PV}/${path}`, text);
  };
  /** What pods see. */
  const seen = () => [VOLUME, SUBPATH].map((folder) => machine.read(`${folder}/data`));
  /** A backup of `as backed up`, after which pods write `later`. */
  const backedUp = () => {
    volume('as backed up');
    expect(machine.run('backup', [], { BACKUP_CHECK_SHARE: 'none' })).toMatchObject({ code: 0 });
    volume('later');
    kubelet();
    return JSON.parse(machine.run('list').out)[0].id as string;
  };
  const restore = (id: string, env: Record<string, string> = {}) =>
    machine.run('restore', [id], { RESTORE_CONFIRM: id, ...env });

  it('is what pods see afterwards: nothing has the old folder mounted any more', () => {
    const id = backedUp();
    // Another pod, which is gone when k3s starts again, and something of the machine that is none of it.
    const other = join(machine.root, 'kubelet/pods/gone/volumes/one');
    const apart = join(machine.root, 'kubelet/podsandmore');
    for (const target of [other, apart]) {
      mkdirSync(target, { recursive: true });
      execFileSync('mount', ['--bind', join(machine.storage, PV), target]);
    }
    execFileSync('mount', ['--bind', machine.data, other]);
    expect(restore(id)).toMatchObject({ code: 0 });
    expect(seen()).toEqual(['as backed up', 'as backed up']);
    expect(mounts().toSorted()).toEqual(
      [VOLUME, SUBPATH, 'kubelet/podsandmore'].map((path) => join(machine.root, path)).toSorted(),
    );
  });

  it('is taken back for them, too', () => {
    const id = backedUp();
    const broken = `#!/bin/sh\ncase "$*" in *readyz*) [ -e "$FAKE/running" ] && grep -q later "$STORAGE_DIR/${PV}/data" && printf ok ;; *) echo 'node Ready' ;; esac\n`;
    machine.write('bin/k3s', broken);
    const run = restore(id, { RESTORE_LIMIT: '1' });
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('what was there runs again') });
    expect(seen()).toEqual(['later', 'later']);
    expect(machine.read(`srv/local-path/${PV}/data`)).toBe('later');
  });

  it('moves nothing while one of them cannot be unmounted, and says which', async () => {
    const id = backedUp();
    const user = spawn('sh', ['-c', 'echo; exec sleep 300'], { cwd: join(machine.root, VOLUME) });
    await once(user.stdout, 'data');
    try {
      const run = restore(id, { UNMOUNT_LIMIT: '1' });
      expect(run.code).toBe(1);
      expect(run.err).toMatch(
        new RegExp(
          `error: .*could not be restored: ${machine.root}/${VOLUME} stays mounted.*busy.*; what was there runs again`,
        ),
      );
      expect(run.err).toMatch(/remedy: .*lunchbox host ENV reboot/);
      expect(seen()).toEqual(['later', 'later']);
      expect(readdirSync(join(machine.root, 'srv'))).toEqual(['local-path']);
      expect(existsSync(join(machine.root, 'running'))).toBe(true);
    } finally {
      user.kill('SIGKILL');
      await once(user, 'exit');
    }
  });

  it('puts nothing back below a volume that is in use, and says what to do', async () => {
    const id = backedUp();
    // It starts with what was restored, something gets hold of its volume, and it never gets ready.
    machine.write(
      'bin/k3s',
      `#!/bin/sh
[ -e "$FAKE/running" ] || exit 1
[ -e "$FAKE/user" ] || { (cd "$FAKE/${VOLUME}" && exec sleep 300 > /dev/null 2>&1 < /dev/null) & echo $! > "$FAKE/user"; }
exit 1
`,
    );
    const run = restore(id, { UNMOUNT_LIMIT: '1', RESTORE_LIMIT: '1' });
    try {
      expect(run.code).toBe(1);
      expect(run.err).toContain('error: what was there could not be put back');
      expect(run.err).toContain(`${VOLUME} stays mounted`);
      // Neither is lost.
      expect(machine.read(`srv/local-path/${PV}/data`)).toBe('as backed up');
      const kept = readdirSync(join(machine.root, 'srv')).find((name) => name.includes('.before-'));
      expect(machine.read(`srv/${kept}/${PV}/data`)).toBe('later');
      expect(existsSync(join(machine.root, 'running'))).toBe(false);
    } finally {
      process.kill(Number(machine.read('user')), 'SIGKILL');
      while (existsSync(`/proc/${machine.read('user').trim()}`))
        await new Promise((wake) => setTimeout(wake, 20));
    }
  });
});
