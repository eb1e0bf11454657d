import { UserError } from '../../../generator/errors.ts';
import type { ApiError } from '../../ports/api-error.ts';

/** Somebody else delivers by now, or may do so. */
export class LeaseLost extends UserError {
  /** @param silence What kept this run from giving a sign of life; undefined when another one is known to deliver. */
  constructor(silence?: ApiError) {
    super(
      silence
        ? {
            message: `the lock could not be kept (${silence.message}): another delivery may have taken over, so this one stops where it is`,
            remedy:
              'Nothing is lost. When the API server answers again, run it again: it goes on from where it is.',
          }
        : {
            message: 'another delivery has taken over: this one stops where it is',
            remedy:
              'Nothing is lost. See what the other one did, and deliver again if it was not this commit.',
          },
      { cause: silence },
    );
  }
}
