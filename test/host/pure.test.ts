import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readActivation } from '../../generator/host/activation.ts';
import { backupWarning, lateBackup, overdueBackup } from '../../generator/host/backup-age.ts';
import { backupEnv, backupRepository, backupSettings } from '../../generator/host/backup-settings.ts';
import { broken } from '../../generator/host/checks.ts';
import { formatOutcome, formatSnapshots, isWell } from '../../generator/host/format/text.ts';
import { readMachineFacts } from '../../generator/host/machine-facts.ts';
import { readObservation } from '../../generator/host/observation.ts';
import { activateScript, activationScript, decideScript } from '../../generator/host/scripts/activate.ts';
import {
  backupStateScript,
  listScript,
  startBackupScript,
  startRestoreScript,
} from '../../generator/host/scripts/backup.ts';
import { buildScript, compareScript, receiveScript } from '../../generator/host/scripts/build.ts';
import { lockScript, observeScript } from '../../generator/host/scripts/observe.ts';
import { quote, script } from '../../generator/host/shell.ts';
import { chooseSnapshot, readBackupResult, readSnapshots } from '../../generator/host/snapshots.ts';
import { readSpec } from '../../generator/spec/read-spec.ts';

const sh = (text: string) => execFileSync('sh', ['-s'], { input: text, encoding: 'utf8' });
const plain = (text: string) => text;
const paint = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain };

describe('scripts for a machine', () => {
  it('hold any value as one word', () => {
    const words = fc.array(
      fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
      {
        minLength: 50,
        maxLength: 50,
      },
    );
    fc.assert(
      fc.property(words, (values) => {
        const hex = values.map((value) => Buffer.from(value).toString('hex'));
        const said = sh(
          values.map((value) => `printf %s ${quote(value)} | od -An -v -tx1 | tr -d ' \\n'; echo`).join('\n'),
        );
        expect(said.split('\n').slice(0, -1)).toEqual(hex);
      }),
      { numRuns: 5, examples: [[["'", '"$(id)"', '`id`', "a'b'c", '\\', '-n', '', '\n', "';id;'"]]] },
    );
    expect(() => quote('a\0b')).toThrow('NUL');
    expect(() => script('', { 'a;id': 1 })).toThrow('not a name');
  });

  it('are what a shell can read, whatever they are about', () => {
    const hostile = "x'; touch /tmp/never; echo '";
    for (const text of [
      observeScript(),
      lockScript(hostile, 5),
      receiveScript(),
      buildScript(hostile),
      compareScript(hostile),
      activateScript(hostile, hostile, 5),
      activationScript(hostile),
      decideScript(hostile, 'confirm'),
      startBackupScript(),
      backupStateScript(),
      listScript(),
      startRestoreScript(hostile, hostile, 5),
    ]) {
      execFileSync('sh', ['-n'], { input: text });
      expect(text).not.toContain('undefined');
      expect(text).not.toContain('[object');
    }
  });
});

describe('what a machine says', () => {
  it('is read, whatever else it prints', () => {
    const text = [
      'Welcome!\tnot ours',
      'os\tnixos\nversion\t26.05\nhost\tshop-prod\nboot\tb1\ncurrent\t/nix/store/a\nprofile\t/nix/store/b',
      'generation\t12\nnow\t1000\npending\t1090\nlock\t1030 holder\nfailed\tk3s.service\nfailed\tb.service',
      '',
    ].join('\n');
    expect(readObservation(text)).toEqual({
      os: 'nixos',
      version: '26.05',
      host: 'shop-prod',
      bootId: 'b1',
      current: '/nix/store/a',
      profile: '/nix/store/b',
      generation: 12,
      pending: 90,
      locked: 30,
      failed: ['k3s.service', 'b.service'],
      backup: undefined,
    });
    const age = (line: string) => readObservation(`${text}${line}`)?.backup?.age;
    expect([age('backup\t400\n'), age('backup\t\n'), age('backup\t?\n')]).toEqual([
      600,
      undefined,
      undefined,
    ]);
    expect(readObservation(`${text}backup\t\n`)?.backup).toEqual({ age: undefined });
    expect(readObservation('lock\t10 old\n')).toBeUndefined();
    expect(readObservation('os\tnixos\nhost\th\nboot\tb\nnow\t20\nlock\t10 old\n')?.locked).toBeUndefined();
  });

  it('tells how it stands with an activation', () => {
    const read = (text: string) => readActivation(text);
    expect(read('')).toMatchObject({ id: undefined, activated: undefined, decided: undefined });
    expect(read('id\tx\nactivated\t4\nactivate-log\tone\nactivate-log\ttwo\n')).toMatchObject({
      id: 'x',
      activated: 4,
      log: ['one', 'two'],
    });
    expect(read('decided\tconfirm\nconfirmed\t0\n')).toMatchObject({
      decided: { what: 'confirm' },
      confirmed: 0,
    });
    expect(read('decided\trevert timer\n').decided).toEqual({ what: 'revert', by: 'timer' });
    expect(read('decided\trevert asked\n').decided).toEqual({ what: 'revert', by: 'asked' });
  });

  it('is held against a change only where it was well before', () => {
    const check = (name: string, ok: boolean) => ({ name, ok, said: '' });
    const before = [check('SSH', true), check('k3s', false)];
    expect(broken(before, [check('SSH', true), check('k3s', false)])).toEqual([]);
    expect(broken(before, [check('SSH', false), check('k3s', false)]).map(({ name }) => name)).toEqual([
      'SSH',
    ]);
  });
});

describe('host.json', () => {
  it('says which machine is meant, and what it does', () => {
    expect(readMachineFacts('{"hostName": "shop-prod", "role": "agent", "x": 1}')).toEqual({
      hostName: 'shop-prod',
      role: 'agent',
    });
    for (const text of [undefined, '{}', '[]', '{"hostName": 1, "role": "x"}'])
      expect(readMachineFacts(text)).toEqual({ hostName: undefined, role: 'server' });
  });
});

describe('the settings of backups', () => {
  const environment = (droplet: string) => {
    const text = `app: shop\nimage: ghcr.io/acme/shop\nworkloads: { web: { port: 8080 } }\ndroplet: ${droplet}\nenvironments: { prod: {} }\n`;
    const [prod] = readSpec('lunchbox.yaml', text, () => undefined).environments;
    if (!prod) throw new Error('no environment');
    return prod.environment;
  };
  const PLACE = '{ backups: { endpoint: "https://fra1.example/", bucket: lunch, region: fra1 } }';
  const keys = {
    LUNCHBOX_BACKUP_PASSWORD: 'p"a\\s$s`w',
    LUNCHBOX_BACKUP_ACCESS_KEY: 'access',
    LUNCHBOX_BACKUP_SECRET_KEY: 'secret',
  };

  it('are a folder of the bucket for each environment, and three secrets, or none', () => {
    const prod = environment(PLACE);
    expect(backupRepository(prod)).toEqual({
      repository: 's3:https://fra1.example/lunch/shop-prod',
      region: 'fra1',
    });
    expect(backupSettings(prod, {})).toBeUndefined();
    expect(backupSettings(prod, keys)).toMatchObject({ region: 'fra1', accessKey: 'access' });
    expect(() => backupSettings(prod, { LUNCHBOX_BACKUP_PASSWORD: 'x' })).toThrow(
      'LUNCHBOX_BACKUP_SECRET_KEY is not set',
    );
    expect(() => backupSettings(prod, { ...keys, LUNCHBOX_BACKUP_PASSWORD: 'hunter2\n' })).toThrow(
      /^LUNCHBOX_BACKUP_PASSWORD holds a line end or another control character\n[^\n]*$/,
    );
    expect(() => backupRepository(environment('{}'))).toThrow('prod has no place for backups');
  });

  it('are read alike by a shell', () => {
    const printable = fc.string({ unit: 'grapheme' }).filter((text) => !/[\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(printable, (password) => {
        const settings = { repository: 's3:x', region: 'r', password, accessKey: 'a', secretKey: 'b' };
        expect(sh(`${backupEnv(settings)}\nprintf %s "$RESTIC_PASSWORD"`)).toBe(password);
      }),
      { numRuns: 30, examples: [['$(id)`id`\\"\'\\\\$$ #!']] },
    );
  });
});

describe('snapshots', () => {
  const id = (letter: string) => letter.repeat(64);
  const json = JSON.stringify([
    { id: id('a'), time: '2026-11-01T02:15:00.5+01:00', hostname: 'shop-prod' },
    {
      id: id('b'),
      time: '2026-11-03T02:15:00Z',
      hostname: 'shop-prod',
      summary: { total_bytes_processed: 3 << 20 },
    },
    { id: 'short', time: '2026-11-03T02:15:00Z' },
    { id: id('c'), time: 'no time' },
  ]);

  it('are read with the newest first, and shown with their age', () => {
    const snapshots = readSnapshots(json);
    expect(snapshots.map(({ id, time }) => [id[0], time])).toEqual([
      ['b', '2026-11-03T02:15:00.000Z'],
      ['a', '2026-11-01T01:15:00.500Z'],
    ]);
    expect(formatSnapshots(snapshots, new Date('2026-11-04T03:00:00Z'))).toBe(
      '  bbbbbbbb   2026-11-03 02:15:00 UTC   24 h ago       shop-prod   3.0 MiB\n' +
        '  aaaaaaaa   2026-11-01 01:15:00 UTC   3 days ago     shop-prod\n',
    );
    expect(readSnapshots('null')).toEqual([]);
    expect(() => readSnapshots('Fatal: …')).toThrow('no list of snapshots');
    expect(() => readSnapshots('{}')).toThrow('no list of snapshots');
  });

  it('are chosen by the beginning of an id, never by what could be two', () => {
    const snapshots = readSnapshots(json);
    expect(chooseSnapshot(snapshots, 'latest', 'prod').id).toBe(id('b'));
    expect(chooseSnapshot(snapshots, 'aaaa', 'prod').id).toBe(id('a'));
    for (const bad of ['a', 'zzzz', '--help', 'aaaa;id', ''])
      expect(() => chooseSnapshot(snapshots, bad, 'prod')).toThrow('no id');
    expect(() => chooseSnapshot(snapshots, 'cccc', 'prod')).toThrow('there is no snapshot cccc');
    expect(() => chooseSnapshot(snapshots, 'cccc', 'prod')).toThrow('`lunchbox host prod backup list`');
    expect(() => chooseSnapshot([], 'latest', 'prod')).toThrow('no backup to restore');
    const twice = [...snapshots, { ...snapshots[0], id: `bbbbb${'0'.repeat(59)}` } as (typeof snapshots)[0]];
    expect(() => chooseSnapshot(twice, 'bbbb', 'prod')).toThrow('begins the ids of 2 snapshots');
  });

  it('are missed when the last good one is old, or the last one failed', () => {
    const warning = (hours: number | undefined, failed: string[] = []) =>
      backupWarning('prod', { failed, backup: { age: hours === undefined ? undefined : hours * 3600 } });
    expect(warning(26)).toBeUndefined();
    expect(warning(26.5)).toMatch(/^the last good backup is 26 h old: .*`lunchbox host prod backup now`/);
    expect(warning(3, ['lunchbox-backup.service'])).toMatch(
      /^the last backup failed; the last good one is 3 h old: /,
    );
    expect(warning(undefined, ['lunchbox-backup.service'])).toMatch(
      /^the last backup failed; there is no good one: /,
    );
    expect(warning(undefined)).toMatch(/^this machine has made no good backup yet: /);
    expect(backupWarning('prod', { failed: ['lunchbox-backup.service'], backup: undefined })).toBeUndefined();
    expect(
      lateBackup('prod', readSnapshots(json), new Date('2026-11-04T03:00:00Z'), 25 * 3_600_000),
    ).toBeUndefined();
    expect(
      lateBackup('prod', readSnapshots(json), new Date('2026-11-04T03:00:00Z'), 24 * 3_600_000)?.message,
    ).toBe('the newest backup is 24 h old, and may be 24 h at most');
    expect(lateBackup('prod', [], new Date(), 1)?.message).toBe('there is no backup');
    const now = new Date('2026-11-04T03:00:00Z');
    const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
    const overdue = (good: number | undefined, cluster: number) =>
      overdueBackup('prod', { good: good === undefined ? undefined : ago(good), since: ago(cluster) }, now);
    expect([overdue(26, 90), overdue(undefined, 26)]).toEqual([undefined, undefined]);
    expect(overdue(27, 90)).toMatch(/^the last good backup of prod is of 2026-11-03 00:00:00 UTC: /);
    expect(overdue(undefined, 27)).toMatch(/^prod has told of no good backup: .*host prod switch/);
  });

  it('have a result that is whole, or none', () => {
    const whole =
      '{"incomplete":false,"datastore":"sqlite","redis":1,"summary":{"snapshot_id":"ab","total_bytes_processed":5,"data_added":2}}';
    expect(readBackupResult(whole)).toEqual({
      snapshot: 'ab',
      incomplete: false,
      datastore: 'sqlite',
      redis: 1,
      bytes: 5,
      added: 2,
    });
    for (const bad of ['', '{', '{}', 'null', '{"summary":7}']) expect(readBackupResult(bad)).toBeUndefined();
  });
});

describe('how it ended', () => {
  it('is told with what to do, and nothing that acts on a terminal', () => {
    const outcome = {
      result: 'reverted' as const,
      system: '/nix/store/a',
      previous: '/nix/store/b',
      changes: [],
      checks: [],
      byItself: true,
      problems: [{ message: 'it \u001b[31mfailed', remedy: 'Mend it.', evidence: ['why'] }],
    };
    expect(formatOutcome(outcome, paint)).toBe(
      '\n  failed    it \\u001b[31mfailed\n              why\n            Mend it.\n' +
        '  failed, and what ran before runs again (the machine went back by itself)\n',
    );
    expect(['switched', 'unchanged', 'planned'].every(isWell)).toBe(true);
    expect(['reverted', 'lost', 'away', 'unproven', 'incomplete', 'failed'].some(isWell)).toBe(false);
  });
});
