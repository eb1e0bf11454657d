import type { DeliveryProblem } from '../../generator/deploy/events.ts';
import { UserError } from '../../generator/errors.ts';
import { ApiError } from '../ports/api-error.ts';

/** A step of a delivery that did not succeed; what it changed can be taken back. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  readonly problems: readonly DeliveryProblem[];

  constructor(problems: readonly DeliveryProblem[], options?: ErrorOptions) {
    super(problems.map(({ subject, message }) => `${subject}: ${message}`).join('\n'), options);
    this.problems = problems;
  }
}

/** What went wrong, in words. @throws what is a mistake of ours */
export function problemsOf(error: unknown): DeliveryProblem[] {
  if (error instanceof DeliveryFailed) return [...error.problems];
  if (error instanceof UserError)
    return error.problems.map(({ message, remedy = '', place }) => ({
      subject: '',
      message,
      remedy,
      evidence: [],
      ...(place ? { place } : {}),
    }));
  if (error instanceof ApiError)
    return [
      {
        subject: '',
        message: error.message,
        remedy: error.transient
          ? 'The API server could not be reached, or was busy, for too long: deliver again when it answers.'
          : 'See what it says, mend it, and deliver again.',
        evidence: [],
      },
    ];
  throw error;
}
