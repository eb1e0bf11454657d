import { Resolver } from 'node:dns/promises';
import type { Resolve } from '../capabilities/provision/cloud/await-records.ts';

/** Asks the system's name servers, not its hosts file or caches. */
export const resolveHost: Resolve = async (host) => {
  try {
    return await new Resolver({ timeout: 5_000, tries: 2 }).resolve4(host);
  } catch (error) {
    // Whatever the reason: nobody finds it there.
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return [];
    throw error;
  }
};
