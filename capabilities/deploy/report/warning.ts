import { UserError } from '../../../generator/errors.ts';

/**
 * What a failed report has to say. Telling GitHub is the smaller half of a delivery: when it fails, people are told so,
 * and the delivery goes on.
 */
export function warningOf(error: unknown): string {
  if (error instanceof UserError)
    return error.problems
      .map(({ message, remedy }) => (remedy ? `${message}. ${remedy}` : message))
      .join('; ');
  // A mistake of ours, or an answer that is none: no stack, the delivery has its own.
  return `telling GitHub failed: ${error instanceof Error ? error.message.split('\n')[0] : 'for no reason given'}`;
}
