import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { acquireLease } from '../../capabilities/deploy/lock/index.ts';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import type { Cluster } from '../../capabilities/ports/cluster.ts';
import { UserError } from '../../generator/errors.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { ManualClock } from '../support/manual-clock.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)(
  'the lock of an environment, in a real Kubernetes API server (not run without Go)',
  () => {
    let server: ApiServer;
    let connection: Connection;
    let cluster: Cluster;
    let clock: ManualClock;
    let name: string;
    let count = 0;

    beforeAll(async () => {
      server = await startApiServer();
      connection = new Connection(server.access);
      cluster = kubernetesCluster(connection, { first: 20 });
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
      await server.call('POST', '/api/v1/namespaces', body);
    });
    afterAll(async () => {
      connection?.close();
      await server?.stop();
    });
    beforeEach(() => {
      clock = new ManualClock();
      name = `lock-${count++}`;
    });

    /** Lets time pass until somebody has it who waits for it. */
    async function patiently<T>(taking: Promise<T>, own = clock, most = 75): Promise<T> {
      let done = false;
      const end = () => {
        done = true;
      };
      taking.then(end, end);
      for (let second = 0; second < most && !done; second++) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        await own.pass(1);
      }
      return Promise.race([
        taking,
        new Promise<never>((_, reject) => setTimeout(reject, 5_000, new Error(`not had after ${most} s`))),
      ]);
    }

    const take = (holder: string, over: Cluster = cluster) =>
      acquireLease({ namespace: 'shop', name, holder, purpose: `deploy by ${holder}` }, over, clock);

    it('is had by one of many who come at once, and the others are told by whom', async () => {
      const results = await Promise.allSettled(
        // Nobody sleeps here: whoever is too late must know at once.
        Array.from({ length: 8 }, (_, index) => Promise.race([take(`run-${index}`), tick(clock)])),
      );
      const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(locks).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'fulfilled') continue;
        expect(result.reason).toBeInstanceOf(UserError);
        expect((result.reason as UserError).message).toMatch(
          /^deploy by run-\d is running: it began \d+ s ago/,
        );
      }
      await locks[0]?.release();
    });

    it('goes on to the next with a higher fence', async () => {
      const fences: number[] = [];
      for (const holder of ['one', 'two', 'three']) {
        const lock = await take(holder);
        fences.push(lock.fence);
        await lock.release();
      }
      expect(fences).toEqual([1, 2, 3]);
    });

    it('stays with whoever gives signs of life', async () => {
      const lock = await take('one');
      await clock.pass(300);
      await expect(take('two')).rejects.toThrow(/it began 300 s ago and gave a sign of life \d+ s ago/);
      expect(lock.lost.aborted).toBe(false);
      await lock.release();
    });

    it('is taken over from a dead one, and a dead one that wakes up knows', async () => {
      let dead = false;
      const asleep: Cluster = {
        ...cluster,
        replace: async (resource, object) => {
          if (dead) throw new ApiError('cut off', { status: 0, reason: 'ETIMEDOUT' });
          return cluster.replace(resource, object);
        },
      };
      const old = await take('one', asleep);
      dead = true;
      await clock.pass(61);
      const lock = await patiently(take('two'));
      expect(lock.fence).toBe(old.fence + 1);
      dead = false;
      await clock.pass(16);
      expect(old.lost.aborted).toBe(true);
      await old.release();
      // That the old one gave up takes nothing from the new one.
      await expect(take('three')).rejects.toThrow('deploy by two is running');
      await lock.release();
    });

    it('tells that it could not be kept from that somebody else has it', async () => {
      let silent = false;
      const mute: Cluster = {
        ...cluster,
        replace: async (resource, object) => {
          if (silent) throw new ApiError('no answer in time', { status: 0, reason: 'ETIMEDOUT' });
          return cluster.replace(resource, object);
        },
      };
      const lock = await take('one', mute);
      silent = true;
      await clock.pass(80);
      expect(lock.lost.reason.message).toMatch(
        /could not be kept \(no answer in time\).* may have taken over/,
      );
      await expect(lock.check()).rejects.toBe(lock.lost.reason);

      silent = false;
      const other = await patiently(take('two'));
      const body = JSON.stringify({ spec: { holderIdentity: 'three' } });
      const path = `/apis/coordination.k8s.io/v1/namespaces/shop/leases/${name}`;
      await server.call('PATCH', path, body, 'application/merge-patch+json');
      await clock.pass(16);
      expect(other.lost.reason.message).toMatch(/^another delivery has taken over/);
    });

    it('is not taken from a living one whose clock is behind', async () => {
      const behind = await take('one');
      const ahead = new ManualClock();
      await ahead.pass(90);
      const waiting: string[] = [];
      const taking = acquireLease(
        {
          namespace: 'shop',
          name,
          holder: 'two',
          purpose: 'deploy by two',
          waiting: (text) => waiting.push(text),
        },
        cluster,
        ahead,
      );
      const refused = expect(taking).rejects.toThrow(
        /^deploy by one is running: it gave a sign of life just now/,
      );
      while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(waiting).toEqual([
        'deploy by one has given no sign of life for 90 s: its lock ends when it gives none for another 60 s',
      ]);
      await clock.pass(16);
      await ahead.pass(10);
      await refused;
      expect(behind.lost.aborted).toBe(false);
      await behind.release();
    });

    it('is had at once when it is given back while somebody waits for its end, and given up when told to', async () => {
      const old = await take('one');
      const ahead = new ManualClock();
      await ahead.pass(90);
      const request = { namespace: 'shop', name, holder: 'two', purpose: 'deploy by two' };
      const stop = new AbortController();
      const stopped = expect(
        acquireLease({ ...request, signal: stop.signal }, cluster, ahead),
      ).rejects.toThrow('no more');
      await new Promise((resolve) => setTimeout(resolve, 100));
      stop.abort(new Error('no more'));
      await stopped;
      const taking = acquireLease(request, cluster, ahead);
      await old.release();
      const lock = await patiently(taking, ahead, 11);
      expect(lock.fence).toBe(old.fence + 1);
      await lock.release();
    });

    it('goes on counting where the state has stopped when somebody has deleted it', async () => {
      const fences = async () => 41;
      const lock = await acquireLease(
        { namespace: 'shop', name, holder: 'one', purpose: 'deploy by one', fences },
        cluster,
        clock,
      );
      expect(lock.fence).toBe(42);
      await lock.release();
      const next = await acquireLease(
        { namespace: 'shop', name, holder: 'two', purpose: 'deploy by two', fences: async () => 99 },
        cluster,
        clock,
      );
      expect(next.fence).toBe(43);
      await next.release();
    });

    it('is had although the answer was lost', async () => {
      let lost = 0;
      const forgetful: Cluster = {
        ...cluster,
        create: async (resource, object) => {
          await cluster.create(resource, object);
          lost++;
          throw new ApiError('cut off', { status: 0, reason: 'ECONNRESET' });
        },
      };
      const taking = take('one', forgetful);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await clock.pass(2);
      const lock = await taking;
      expect(lost).toBe(1);
      expect(lock.fence).toBe(1);
      await lock.release();
    });
  },
);

/** Lets those sleep on who wait for another try, until all have an answer. */
async function tick(clock: ManualClock): Promise<never> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await clock.pass(1);
  }
}
