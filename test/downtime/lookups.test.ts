import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { Lookups } from '../../adapters/prober/lookups.ts';

const ADDRESSES = [
  { address: '192.0.2.1', family: 4 },
  { address: '2001:db8::1', family: 6 },
];

/** Look-ups that are answered when the test says so. */
function held() {
  const begun: string[] = [];
  const answers = new Map<string, { resolve(to: LookupAddress[]): void; reject(error: Error): void }>();
  const lookups = new Lookups((host) => {
    begun.push(host);
    return new Promise((resolve, reject) => answers.set(host, { resolve, reject }));
  });
  lookups.begin();
  const ask = (host: string, options = {}) =>
    new Promise<unknown>((resolve, reject) =>
      lookups.lookup(host, options, (error, ...found) => (error ? reject(error) : resolve(found))),
    );
  return { lookups, begun, ask, answer: (host: string) => answers.get(host) };
}

describe('looking names up for a prober', () => {
  it('is done once for all who ask for the same', async () => {
    const { begun, ask, answer } = held();
    const asked = [ask('a'), ask('a', { all: true }), ask('b'), ask('a')];
    expect(begun).toEqual(['a', 'b']);
    answer('a')?.resolve(ADDRESSES);
    answer('b')?.resolve(ADDRESSES.slice(1));
    expect(await Promise.all(asked)).toEqual([
      ['192.0.2.1', 4],
      [ADDRESSES],
      ['2001:db8::1', 6],
      ['192.0.2.1', 4],
    ]);
  });

  it('tells all of them why there is no answer', async () => {
    const { ask, answer } = held();
    const asked = Promise.allSettled([ask('a'), ask('a')]);
    const error = new Error('ENOTFOUND');
    answer('a')?.reject(error);
    const rejected = { status: 'rejected', reason: error };
    expect(await asked).toEqual([rejected, rejected]);
  });

  it('leaves a thread for others, and goes on as soon as one is free', async () => {
    const { begun, ask, answer } = held();
    const asked = ['a', 'b', 'c', 'd', 'e'].map((host) => ask(host));
    expect(begun).toEqual(['a', 'b', 'c']);
    answer('b')?.resolve(ADDRESSES);
    await asked[1];
    await new Promise(setImmediate);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is not begun any more when nobody is left who asks, and anew for whoever comes then', async () => {
    const { lookups, begun, ask, answer } = held();
    lookups.begin();
    const asked = ['a', 'b', 'c', 'd'].map((host) => ask(host));
    lookups.end();
    expect(begun).toEqual(['a', 'b', 'c']);
    const givenUp = expect(asked[3]).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    lookups.end();
    await givenUp;
    answer('a')?.resolve(ADDRESSES);
    await asked[0];
    await new Promise(setImmediate);
    expect(begun).toEqual(['a', 'b', 'c']);
    lookups.begin();
    void ask('d');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });
});
