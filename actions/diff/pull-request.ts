import { UserError } from '../../generator/errors.ts';

/** What is compared: commits of a pull request, or what the inputs say. */
export interface Compared {
  base: string;
  head: string;
}

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * The commits to compare: inputs first, then the event. Only commits are taken from an event: a branch's name is
 * whatever its author chose.
 * @throws UserError when neither says what to compare
 */
export function comparedCommits(
  inputs: { base: string; head: string },
  event: Readonly<Record<string, unknown>>,
): Compared {
  const pull = event.pull_request ?? event.merge_group;
  const [base, head] = [inputs.base || shaOf(pull, 'base'), inputs.head || shaOf(pull, 'head') || 'HEAD'];
  if (base === '') {
    throw new UserError({
      message: 'there is nothing to compare with: this run is not about a pull request',
      remedy: 'Run the action on `pull_request`, or set the input `base`.',
    });
  }
  return { base, head };
}

function shaOf(pull: unknown, side: 'base' | 'head'): string {
  const fields = isObject(pull) ? pull : {};
  const nested = fields[side];
  // A pull request nests them, a merge group does not.
  const sha = isObject(nested) ? nested.sha : fields[`${side}_sha`];
  return typeof sha === 'string' && COMMIT.test(sha) ? sha : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
