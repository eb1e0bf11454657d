import { describe, expect, it } from 'vitest';
import { backupNow } from '../../capabilities/host/backup.ts';
import type { HostContext } from '../../capabilities/host/context.ts';
import { rebootHost } from '../../capabilities/host/reboot.ts';
import { restoreBackup } from '../../capabilities/host/restore.ts';
import { Interrupted } from '../../capabilities/interrupted.ts';
import { listScript, startBackupScript, startRestoreScript } from '../../generator/host/scripts/backup.ts';
import { lockScript, observeScript } from '../../generator/host/scripts/observe.ts';
import { rebootScript } from '../../generator/host/scripts/reboot.ts';

const SNAPSHOT = 'a'.repeat(64);
const SNAPSHOTS = JSON.stringify([{ id: SNAPSHOT, time: '2026-11-03T02:15:00Z', hostname: 'shop-prod' }]);

/** A machine that does whatever it is told. Somebody interrupts while it runs this script. */
function machine(interruptedAt: string) {
  const abort = new AbortController();
  const ran: string[] = [];
  const said = new Map([
    [observeScript(), 'os\tnixos\nhost\tshop-prod\nboot\tb\n'],
    [listScript(), SNAPSHOTS],
  ]);
  const context: HostContext = {
    environment: 'prod',
    facts: { hostName: undefined } as HostContext['facts'],
    remote: {
      async run(script) {
        ran.push(script);
        if (script === interruptedAt) abort.abort(new Interrupted('reboot'));
        return { code: 0, stdout: Buffer.from(said.get(script) ?? ''), stderr: '' };
      },
    },
    ask: async () => {
      throw new Error('there is no host to ask');
    },
    targets: [],
    clock: { now: () => new Date(), sleep: async () => {} },
    id: 'test',
    report: () => {},
    signal: abort.signal,
  };
  return { context, ran };
}

describe('what a machine goes on with by itself when somebody interrupts', () => {
  it('is said of a backup', async () => {
    const { context } = machine(startBackupScript());
    const { problems } = await backupNow(context, undefined, 60_000);
    expect(problems).toMatchObject([
      {
        message: 'interrupted: the backup goes on by itself',
        remedy: 'See `lunchbox host prod backup list` later.',
      },
    ]);
  });

  it('is said of a machine that starts anew', async () => {
    const { context } = machine(rebootScript());
    const { problems } = await rebootHost(context, { limit: 60_000, force: false, planOnly: false });
    expect(problems[0]?.message).toBe(
      'interrupted: the machine starts anew by itself, and nothing was proven',
    );
    expect(problems[0]?.remedy).toContain('`lunchbox status prod`');
  });

  it('is said of a restore', async () => {
    const { context } = machine(startRestoreScript('test', SNAPSHOT, 60));
    const request = { snapshot: 'latest', confirmation: 'prod', limit: 60_000, planOnly: false };
    const { problems } = await restoreBackup(context, request);
    expect(problems[0]?.message).toBe('interrupted: the machine goes on with the restore by itself');
  });
});

describe('a reboot that is interrupted before it begins', () => {
  it('takes no lock that nobody gives back', async () => {
    const { context, ran } = machine(observeScript());
    await expect(rebootHost(context, { limit: 60_000, force: false, planOnly: false })).rejects.toThrow(
      'interrupted: the machine was not started anew',
    );
    expect(ran).not.toContain(lockScript('test', 60));
    expect(ran).not.toContain(rebootScript());
  });
});
