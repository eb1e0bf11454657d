import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { openTunnel, type TunnelOptions } from '../../adapters/ssh/tunnel.ts';
import type { Tunnel, TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';
import { type Droplet, sshProcesses, startDroplet } from './droplet.ts';
import { childrenOf, hasOpenSsh, makeKey, type Sshd, startSshd } from './sshd.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('a tunnel that is cut (not run without OpenSSH)', () => {
  let droplet: Droplet;
  let second: Sshd | undefined;
  let tunnel: Tunnel | undefined;

  beforeEach(async () => {
    droplet = await startDroplet();
  });
  afterEach(async () => {
    await tunnel?.close();
    tunnel = undefined;
    expect(sshProcesses()).toEqual([]);
    await second?.stop();
    second = undefined;
    await droplet.stop();
  });

  const opened = async (more: Partial<TunnelRequest>, options: TunnelOptions = {}): Promise<Tunnel> => {
    tunnel = await openTunnel(droplet.request(more), { first: 20, ...options });
    return tunnel;
  };
  const ask = async ({ apiSocket }: Tunnel): Promise<string> => {
    const server = 'https://127.0.0.1:6443';
    const connection = new Connection({ server, ca: droplet.api.ca, socketPath: apiSocket });
    try {
      return (await connection.send({ method: 'GET', path: '/', what: 'ask' })).text;
    } finally {
      connection.close();
    }
  };
  /** Asks until there is an answer. */
  const askAgain = async (open: Tunnel): Promise<string> => {
    for (;;) {
      const answer = await ask(open).catch(() => undefined);
      if (answer !== undefined) return answer;
      if (open.lost.aborted) throw open.lost.reason;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const lost = ({ lost }: Tunnel): Promise<Error> =>
    new Promise((resolve) => {
      if (lost.aborted) resolve(lost.reason);
      lost.addEventListener('abort', () => resolve(lost.reason), { once: true });
    });
  /** The same droplet after its sshd was away. */
  const restart = async (hostKey = droplet.sshd.hostKey): Promise<void> => {
    const { port } = droplet.sshd;
    // What lay in the folder of the first one went with it.
    const file = join(droplet.folder, 'host-again');
    writeFileSync(file, hostKey.text, { mode: 0o600 });
    second = await startSshd(droplet.line, {
      port,
      hostKey: { ...hostKey, file },
      config: tunnelSshdConfig(),
    });
  };

  it('is lost, says so, and leaves nothing behind, where it is not to be laid anew', async () => {
    const open = await opened({});
    const gone = lost(open);
    expect(droplet.sshd.cut()).toBe(1);
    const reason = await gone;
    expect(reason).toMatchObject({ name: 'UserError' });
    expect(reason.message).toContain(`the line to [127.0.0.1]:${droplet.sshd.port} was cut`);
    expect(reason.message).toContain('Run it again');
    expect(existsSync(dirname(open.apiSocket))).toBe(false);
  });

  it('stands again at the same paths, as often as it was told, and no more', async () => {
    const retried: string[] = [];
    let reopened = () => {};
    const onReopen = () => reopened();
    const open = await opened(
      { reconnects: 2 },
      { onRetry: (error) => retried.push(error.message), onReopen },
    );
    for (const turn of [1, 2]) {
      const again = new Promise<void>((resolve) => {
        reopened = resolve;
      });
      expect(droplet.sshd.cut()).toBe(1);
      expect(await askAgain(open)).toBe('the API');
      await again;
      expect(retried).toHaveLength(turn);
    }
    expect(open.lost.aborted).toBe(false);
    const gone = lost(open);
    expect(droplet.sshd.cut()).toBe(1);
    expect((await gone).message).toContain('was cut');
  });

  it('comes back when the droplet was away for a moment', async () => {
    let restarted = false;
    const sleep = async () => {
      if (!restarted) await restart();
      restarted = true;
    };
    const open = await opened({ reconnects: 1, tries: 3 }, { sleep });
    await droplet.sshd.stop();
    expect(await askAgain(open)).toBe('the API');
    expect(restarted).toBe(true);
  });

  it('is lost when the droplet stays away', async () => {
    const open = await opened({ reconnects: 1, tries: 3 }, { sleep: async () => {} });
    const gone = lost(open);
    await droplet.sshd.stop();
    expect((await gone).message).toContain(`nothing listens at [127.0.0.1]:${droplet.sshd.port}`);
  });

  it('is lost at once when another one answers in its place', async () => {
    const other = makeKey(droplet.folder, 'another-host');
    const retried: string[] = [];
    const options: TunnelOptions = {
      sleep: async () => {
        if (!second) await restart(other);
      },
      onRetry: (error) => retried.push(error.message),
    };
    const open = await opened({ reconnects: 5, tries: 5 }, options);
    const gone = lost(open);
    await droplet.sshd.stop();
    expect((await gone).message).toContain('shows another host key than the pinned one');
    // That it was cut, and that nobody listened for a moment.
    expect(retried).toHaveLength(2);
  });

  it('can be closed while it is being laid anew', async () => {
    let waiting: (() => void) | undefined;
    const waits = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    const sleep: TunnelOptions['sleep'] = (_milliseconds, signal) => {
      waiting?.();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    };
    const open = await opened({ reconnects: 3, tries: 3 }, { sleep });
    await droplet.sshd.stop();
    await waits;
    await open.close();
    expect(open.lost.aborted).toBe(false);
    expect(existsSync(dirname(open.apiSocket))).toBe(false);
  });

  it('is noticed when the droplet only falls silent', async () => {
    const open = await opened({});
    const gone = lost(open);
    const sessions = childrenOf(droplet.sshd.pid);
    expect(sessions).toHaveLength(1);
    for (const session of sessions.flatMap((pid) => [pid, ...childrenOf(pid)]))
      process.kill(session, 'SIGSTOP');
    expect((await gone).message).toContain('it fell silent');
  });
});
