import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modulesFolder } from './evaluate.ts';

const script = join(modulesFolder, 'k3s/state.sh');
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;
const VOLUME = 'the volume shop-prod';
const DISK = 'the root disk';

/** A root disk in a folder, and a volume beside it, which is really mounted over where k3s looks. */
describe.skipIf(!canMount && !process.env.LUNCHBOX_REQUIRE_ALL)(
  "where k3s' state is (not run without rights to mount)",
  () => {
    let folder: string;
    const state = () => join(folder, 'root/var/lib/rancher/k3s/server/db');
    const note = () => join(folder, 'root/var/lib/lunchbox/k3s-state');
    const noted = () => (existsSync(note()) ? readFileSync(note(), 'utf8') : undefined);

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'lunchbox-state-'));
      for (const name of ['root/var/lib/rancher/k3s', 'volume'])
        mkdirSync(join(folder, name), { recursive: true });
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** As a configuration with this place runs it, in mounts of its own. @param more Done before, in the same mounts */
    function run(what: string, place: string, more = ':') {
      const mounts = place === DISK ? ':' : 'mount --bind "$0/volume" "$0/root/var/lib/rancher/k3s"';
      const { status, stderr } = spawnSync(
        'unshare',
        [
          '--mount',
          'bash',
          '-euc',
          `mount --bind "$0/root" "$0/root"; ${mounts}; ${more}; bash ${script} ${what} '${place}'`,
          folder,
        ],
        {
          encoding: 'utf8',
          env: { ...process.env, ROOT: join(folder, 'root'), STATE: state(), NOTE: note() },
        },
      );
      return { status, stderr };
    }
    /** What k3s does when it starts: it takes what is there, or begins anew. */
    const begin = 'mkdir -p "$STATE"; touch "$STATE/state.db"';
    const start = (place: string) => {
      const checked = run('check', place);
      return checked.status === 0 ? run('note', place, begin) : checked;
    };
    const FINE = { status: 0, stderr: '' };

    it.each([DISK, VOLUME])('it begins anew where it never ran, and goes on there: on %s', (place) => {
      expect(run('same', place)).toEqual(FINE);
      expect(start(place)).toEqual(FINE);
      expect(noted()).toBe(`${place}\n`);
      expect(run('same', place)).toEqual(FINE);
      expect(start(place)).toEqual(FINE);
      expect(existsSync(join(folder, 'volume/server/db/state.db'))).toBe(place === VOLUME);
    });

    it.each([
      [DISK, VOLUME],
      [VOLUME, DISK],
      [VOLUME, 'the volume shop-prod-2'],
    ])('it is not begun anew when it was on %s and shall be on %s', (before, after) => {
      expect(start(before)).toEqual(FINE);
      for (const what of ['same', 'check']) {
        const { status, stderr } = run(what, after);
        expect(status).toBe(1);
        expect(stderr).toContain(
          `error: k3s' state is on ${before}, and this configuration has it on ${after}`,
        );
        expect(stderr).toMatch(/^remedy: .*back up, replace the droplet, restore/m);
      }
      expect(noted()).toBe(`${before}\n`);
      // Whoever means it can have it.
      rmSync(note());
      if (before === VOLUME) expect(start(after)).toEqual(FINE);
    });

    it('a machine that never noted it is looked at below what is mounted', () => {
      mkdirSync(state(), { recursive: true });
      writeFileSync(join(state(), 'state.db'), '');
      const { status, stderr } = run('check', VOLUME);
      expect(status).toBe(1);
      expect(stderr).toContain("error: k3s' state is on the root disk, below the volume shop-prod");
      // With the same state on the volume, moved there by hand, it may start.
      mkdirSync(join(folder, 'volume/server/db'), { recursive: true });
      writeFileSync(join(folder, 'volume/server/db/state.db'), '');
      expect(run('check', VOLUME)).toEqual(FINE);
    });

    it('another, empty disk under the same name is none', () => {
      expect(start(VOLUME)).toEqual(FINE);
      rmSync(join(folder, 'volume'), { recursive: true });
      mkdirSync(join(folder, 'volume'));
      const { status, stderr } = run('check', VOLUME);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: k3s' state was on the volume shop-prod, and there is none now/m);
      expect(stderr).toContain(note());
    });

    it('a start that ended before there was any state is not held against the next', () => {
      expect(run('check', DISK)).toEqual(FINE);
      expect(run('note', DISK)).toEqual(FINE);
      expect(noted()).toBeUndefined();
      expect(start(DISK)).toEqual(FINE);
    });

    it('nothing stays mounted, and nothing is left lying about', () => {
      start(VOLUME);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
    });
  },
);
