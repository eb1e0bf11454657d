import { describe, expect, it } from 'vitest';
import { retrying } from '../../adapters/kubernetes/retry.ts';
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
