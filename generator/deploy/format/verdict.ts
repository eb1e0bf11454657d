import { code } from '../../markdown/escape.ts';
import type { DeliveryOutcome } from '../events.ts';
import { link } from './link.ts';

/** What runs now, and what is to be done about it: the first that somebody has to read. Lines of Markdown. */
export function verdict(outcome: DeliveryOutcome, pullRequest: string | undefined): string[] {
  const { result, release, plan, rollbackProblems } = outcome;
  switch (result) {
    case 'planned':
      return ['This is what a delivery would do.'];
    case 'unchanged':
      return [`Release ${release} runs, as before.`];
    case 'delivered':
      return [`**Release ${release} runs.**`];
    case 'rolled-back':
      return [`**Release ${release} runs again.** ${aboutGit(plan.environment, pullRequest)}`];
    case 'failed':
      if (rollbackProblems.length > 0)
        return [
          `**Going back to release ${release} failed as well: what runs is a part of each.** Mend what is said below, and deliver again; ${code(`lunchbox status ${plan.environment}`)} says what is there.${pullRequest === undefined ? '' : ` ${aboutGit(plan.environment, pullRequest)}`}`,
        ];
      if (release === undefined)
        return [
          '**There is no earlier release to go back to: what was applied stays as it is.** Mend what is said below, and deliver again.',
        ];
      return [
        '**What is new runs, and was proven; only what comes after that failed.** Deliver again: it goes on from there.',
      ];
  }
}

function aboutGit(environment: string, pullRequest: string | undefined): string {
  const says = 'Git still says what failed: ';
  return pullRequest === undefined
    ? `${says}bring ${code(`clusters/${environment}`)} back too, or mend it and deliver again.`
    : `${says}merge [the pull request](${link(pullRequest)}) that brings it back, or mend it and deliver again.`;
}
