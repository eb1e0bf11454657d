import { describe, expect, it } from 'vitest';
import { type RetryOptions, retrying } from '../../adapters/kubernetes/retry.ts';
import { watchObjects } from '../../adapters/kubernetes/watch.ts';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import type { Resource } from '../../capabilities/ports/cluster.ts';

const refused = (status: number, more = {}) =>
  new ApiError('no', { status, reason: 'Refused', causes: [], ...more });

/** Tries a call that fails so often. @returns how long was waited before each try but the first */
async function waits(failures: readonly ApiError[], options = {}): Promise<number[]> {
  const slept: number[] = [];
  let call = 0;
  await retrying(
    async () => {
      const failure = failures[call++];
      if (failure) throw failure;
    },
    { random: () => 0.5, sleep: async (milliseconds) => void slept.push(milliseconds), ...options },
  );
  return slept;
}

describe('what is tried again', () => {
  it('waits longer each time, and as long as the server says', async () => {
    expect(await waits([refused(503), refused(0), refused(429, { retryAfter: 7 })])).toEqual([
      187.5, 375, 7_000,
    ]);
  });

  it.each([400, 401, 403, 404, 409, 422])('is nothing that was refused with %i', async (status) => {
    await expect(waits([refused(status)])).rejects.toMatchObject({ status });
  });

  it.each([
    ['a certificate that is wrong', refused(0, { reason: 'CERT_HAS_EXPIRED' })],
    ['a field that nobody knows', refused(500, { final: true })],
    ['a proxy that refuses', refused(0, { reason: 'ERR_PROXY_REFUSED' })],
  ])('is not %s', async (_, failure) => {
    await expect(waits([failure])).rejects.toBe(failure);
  });

  it('is given up in the end', async () => {
    const sleeps: number[] = [];
    const sleep = async (milliseconds: number) => void sleeps.push(milliseconds);
    await expect(waits(Array(9).fill(refused(503)), { sleep })).rejects.toThrow('no');
    expect(sleeps).toHaveLength(4);
  });

  it('is nothing any more when told to stop, however long the next wait would be', async () => {
    const stop = new AbortController();
    const running = retrying(() => Promise.reject(refused(429, { retryAfter: 60 })), { signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(running).rejects.toMatchObject({ status: 429 });
    let calls = 0;
    const failing = () => {
      calls++;
      return Promise.reject(refused(503));
    };
    await expect(retrying(failing, { signal: stop.signal })).rejects.toMatchObject({ status: 503 });
    expect(calls).toBe(1);
  });
});

describe('a server that has never answered', () => {
  /** How often it is tried when it fails in this way each time. */
  async function triesOf(reason: string, options: RetryOptions): Promise<number> {
    let tries = 0;
    const call = () => {
      tries++;
      return Promise.reject(refused(0, { reason }));
    };
    await expect(retrying(call, { tries: 8, sleep: async () => {}, ...options })).rejects.toThrow('no');
    return tries;
  }

  it.each([
    ['ECONNREFUSED', 4],
    ['ECONNRESET', 4],
    ['ERR_CONNECT_TIMEOUT', 1],
    ['ETIMEDOUT', 1],
  ])('is given up soon: %s', async (reason, tries) => {
    expect(await triesOf(reason, { firstTries: 4, answered: () => false })).toBe(tries);
  });

  it.each(['ECONNREFUSED', 'ERR_CONNECT_TIMEOUT'])('is waited for once it has: %s', async (reason) => {
    expect(await triesOf(reason, { firstTries: 4, answered: () => true })).toBe(8);
    expect(await triesOf(reason, { answered: () => false })).toBe(8);
  });

  it('counts as one that has from its first answer on, whatever that says', async () => {
    let [tries, answered] = [0, false];
    const call = async () => {
      tries++;
      if (tries === 3) answered = true;
      throw refused(tries === 3 ? 503 : 0, { reason: 'ECONNREFUSED' });
    };
    const options = { tries: 8, firstTries: 4, answered: () => answered, sleep: async () => {} };
    await expect(retrying(call, options)).rejects.toThrow('no');
    expect(tries).toBe(8);
  });
});

it('a watch that is given up before its answer has begun ends at once', async () => {
  const stop = new AbortController();
  const resource: Resource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, verbs: [] };
  let [opened, waited] = [0, 0];
  const connection = {
    closed: new AbortController().signal,
    open: ({ signal }: { signal?: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        opened++;
        const givenUp = () => reject(refused(0, { reason: 'ABORT_ERR' }));
        if (signal?.aborted) givenUp();
        signal?.addEventListener('abort', givenUp);
        setImmediate(() => stop.abort());
      }),
  };
  const events = watchObjects(
    connection as unknown as Parameters<typeof watchObjects>[0],
    async () => ({ items: [], resourceVersion: '1' }),
    resource,
    {},
    stop.signal,
    { sleep: async () => void waited++ },
  );
  for await (const event of events) expect.unreachable(JSON.stringify(event));
  expect([opened, waited]).toEqual([1, 0]);
});
