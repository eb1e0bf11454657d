import { type Problem, UserError } from '../../../generator/errors.ts';
import { adviceLine, type RecordAdvice } from '../../../generator/provision/dns.ts';
import type { Clock } from '../../ports/clock.ts';

/** A host's IPv4 addresses as the world sees them; none when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface AwaitRecordsPorts {
  resolve: Resolve;
  clock: Clock;
  signal: AbortSignal;
  waiting(text: string): void;
}

const PAUSE = 15_000;

/**
 * Waits until records that are kept elsewhere lead to the address.
 * @param limit Milliseconds.
 * @throws UserError naming those that do not, when time is up
 */
export async function awaitRecords(
  advice: readonly RecordAdvice[],
  limit: number,
  { resolve, clock, signal, waiting }: AwaitRecordsPorts,
): Promise<void> {
  const deadline = clock.now().getTime() + limit;
  let open = [...advice];
  let told = '';
  for (;;) {
    const problems: Problem[] = [];
    for (const record of open) {
      const found = await resolve(record.host);
      if (record.data !== undefined && found.includes(record.data)) continue;
      problems.push({
        message: `${record.host} ${found.length === 0 ? 'leads nowhere yet' : `leads to ${found.join(', ')}`}`,
        remedy: `Set this record where its zone is kept:\n    ${adviceLine(record)}`,
      });
    }
    if (problems.length === 0) return;
    open = open.filter(({ host }) => problems.some(({ message }) => message.startsWith(`${host} `)));
    if (clock.now().getTime() >= deadline) throw new UserError(problems);
    const text = `for ${open.map(adviceLine).join('; ')}`;
    if (text !== told) waiting(text);
    told = text;
    await clock.sleep(PAUSE, signal);
    signal.throwIfAborted();
  }
}
