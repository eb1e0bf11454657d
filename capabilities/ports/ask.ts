import type { ProbeAnswer } from '../../generator/deploy/downtime.ts';
import type { ProbeTarget } from './prober.ts';

/** One request like a user's, on a connection of its own. Never rejects. @param timeout milliseconds for everything */
export type Ask = (target: ProbeTarget, timeout: number) => Promise<ProbeAnswer>;
