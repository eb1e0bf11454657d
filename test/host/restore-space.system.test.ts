import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canMount } from './support/can-mount.ts';
import { type BackupMachine, backupMachine, hasBackupPrograms, makeState } from './support/k3s-state.ts';

const skip = !(hasBackupPrograms && canMount()) && !process.env.LUNCHBOX_REQUIRE_ALL;
const MIB = 1024 * 1024;

describe.skipIf(skip)('a restore to a disk with little room (not run without restic and root)', () => {
  let folder = '';
  let disk = '';
  let machine: BackupMachine;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-space-'));
    disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'lunchbox-test', disk]);
    machine = backupMachine('shop-prod', {
      RESTIC_REPOSITORY: join(folder, 'repository'),
      RESTIC_PASSWORD: 'secret',
      K3S_DATA_DIR: join(disk, 'k3s'),
      STORAGE_DIR: join(disk, 'local-path'),
      RESTORE_RESERVE: `${8 * MIB}`,
      BACKUP_CHECK_SHARE: 'none',
    });
    // `makeState` writes below the machine's folder.
    rmSync(machine.data, { recursive: true, force: true });
    execFileSync('ln', ['-s', join(disk, 'k3s'), machine.data]);
    mkdirSync(join(disk, 'k3s'));
    makeState(machine, 'token');
  });
  afterEach(() => {
    execFileSync('umount', [disk]);
    machine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const fill = (path: string, size: number) => {
    mkdirSync(join(disk, path, '..'), { recursive: true });
    execFileSync('dd', [
      'if=/dev/urandom',
      `of=${join(disk, path)}`,
      'bs=1M',
      `count=${size}`,
      'status=none',
    ]);
  };
  const backedUp = () => {
    expect(machine.run('backup')).toMatchObject({ code: 0 });
    return JSON.parse(machine.run('list').out)[0].id as string;
  };
  const restore = (id: string, env: Record<string, string> = {}) => {
    machine.write('calls', '');
    return machine.run('restore', [id], { RESTORE_CONFIRM: id, ...env });
  };
  /** Nothing was stopped, moved, or left. */
  const untouched = () => {
    expect(machine.read('calls')).not.toContain('systemctl');
    expect(readdirSync(join(disk, 'k3s'))).toEqual(['server']);
    expect(readdirSync(disk).filter((name) => name.startsWith('.'))).toEqual([]);
  };

  it('is refused before anything is fetched, with both sizes and what to remove', () => {
    fill('local-path/pvc-1/data', 20);
    const id = backedUp();
    const old = "local-path.before-20260101-000000 it's";
    fill(`${old}/pvc-1/data`, 16);
    fill('local-path/pvc-1/more', 4);
    const run = restore(id);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(
      new RegExp(
        `error: ${id} takes 20\\.\\d MiB, and the disk of ${disk} has 2[34]\\.\\d MiB free, 8\\.0 MiB of which are for what runs there`,
      ),
    );
    expect(run.err).toMatch(/remedy: .*Earlier restores kept 16\.0 MiB/);
    expect(run.err).not.toContain('may be damaged');
    expect(run.err).not.toContain('fetches');
    untouched();
    // The command that is named does exactly that.
    const command = /remove it: (rm -rf .*)$/m.exec(run.err)?.[1] ?? '';
    execFileSync('bash', ['-c', command]);
    expect(readdirSync(disk).toSorted()).toEqual(['k3s', 'local-path']);
    expect(restore(id)).toMatchObject({ code: 0 });
  });

  it('names nothing to remove that something has mounted still', () => {
    fill('local-path/pvc-1/data', 20);
    const id = backedUp();
    fill('local-path.before-20260101-000000/pvc-1/data', 20);
    const pod = join(folder, 'pod');
    mkdirSync(pod);
    execFileSync('mount', ['--bind', join(disk, 'local-path.before-20260101-000000/pvc-1'), pod]);
    try {
      const run = restore(id);
      expect(run.err).toContain('error: ');
      expect(run.err).not.toContain('rm -rf');
      expect(run.err).toMatch(/remedy: .*droplet\.volume/);
    } finally {
      execFileSync('umount', [pod]);
    }
  });

  it('takes a twentieth of the disk for what runs, or half a gigabyte', () => {
    const id = backedUp();
    expect(restore(id, { RESTORE_RESERVE: '' }).err).toContain('512.0 MiB of which are for what runs there');
  });

  it('tells a disk that fills up meanwhile from a repository that is damaged', () => {
    fill('local-path/pvc-1/data', 20);
    const id = backedUp();
    // Something else takes the room after it was measured.
    const restic = execFileSync('sh', ['-c', 'command -v restic'], { encoding: 'utf8' }).trim();
    machine.write(
      'bin/restic',
      `#!/bin/sh\n[ "$1" != restore ] || dd if=/dev/zero of='${disk}/other' bs=1M count=30 status=none\nexec ${restic} "$@"\n`,
    );
    chmodSync(join(machine.root, 'bin/restic'), 0o755);
    const run = restore(id);
    expect(run.err).toContain('fetches');
    expect(run.err).toContain('error: no space is left on a disk of this machine: ');
    expect(run.err).toMatch(/remedy: .*droplet\.volume/);
    expect(run.err).not.toContain('damaged');
    expect(run.code).toBe(1);
    untouched();
  });

  it('says at the end what it kept, how much that takes, and how it goes', () => {
    fill('local-path/pvc-1/data', 4);
    const run = restore(backedUp());
    expect(run).toMatchObject({ code: 0 });
    const [, size, command] =
      /kept what was there, which takes (\S+ \S+); .*: (rm -rf .*)$/m.exec(run.err) ?? [];
    expect(size).toMatch(/^4\.\d MiB$/);
    execFileSync('bash', ['-c', command ?? '']);
    expect(readdirSync(disk, { recursive: true }).filter((name) => String(name).includes('before'))).toEqual(
      [],
    );
    expect(readdirSync(join(disk, 'local-path'))).toEqual(['pvc-1']);
    expect(readdirSync(join(machine.root, 'node'))).toEqual(['password']);
  });
});
