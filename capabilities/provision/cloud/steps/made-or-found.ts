import { UserError } from '../../../../generator/errors.ts';
import { CloudError } from '../../../ports/cloud-error.ts';
import { lookAgain } from '../look-again.ts';
import type { Run } from '../run.ts';

/**
 * Makes something; when its name is taken, what is called so and is ours was made meanwhile, or by a run whose answer was
 * lost.
 */
export async function madeOrFound<T>(
  { clock, signal }: Pick<Run, 'clock' | 'signal'>,
  make: () => Promise<T>,
  find: () => Promise<T | undefined>,
): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof CloudError) || (error.status !== 409 && error.status !== 422)) throw error;
    const found = await lookAgain(find, clock, signal);
    if (found === undefined) throw error;
    return found;
  }
}

/** What the plan's earlier steps have made or found. @throws UserError when somebody took it away meanwhile */
export function needed<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new UserError({
    message: `${what}: it was there when the plan was made, and is not any more`,
    remedy: 'Run it again: the plan is made anew.',
  });
}
