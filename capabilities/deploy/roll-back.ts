import type { DeliveryProblem } from '../../generator/deploy/events.ts';
import type { Owned } from '../../generator/deploy/inventory.ts';
import { UserError } from '../../generator/errors.ts';
import { ApiError } from '../ports/api-error.ts';
import { type Delivery, timed, warn } from './context.ts';
import { DeliveryFailed, problemsOf } from './failure.ts';
import { isKept } from './kept.ts';
import { LeaseLost } from './lock/lost.ts';
import { planInPart } from './plan/make-plan.ts';
import { prune } from './prune.ts';
import { runStages } from './stages/run-stages.ts';
import type { DesiredTree } from './tree.ts';

/** Never removed on the way back, though the failed release brought them: more hangs on them than themselves. */
const PRECIOUS = new Set(['Namespace', 'SealedSecret']);

export interface RolledBack {
  /** What the failed release brought and that stays. */
  left: Owned[];
  /** Why some of what it changed could not be put back; empty when all of it was. */
  problems: DeliveryProblem[];
}

/**
 * Puts an earlier release back, stage by stage, and then removes what the failed one has brought. What cannot be put back
 * keeps nothing else from it: of what the failed release did not change it is a warning only.
 * @param tree As from `puttingBack`.
 * @param inventory Everything that is answered for now.
 * @param isChanged Whether an object may not be any more as it was before the failed release.
 * @throws what keeps everything from being put back
 */
export async function rollBack(
  tree: DesiredTree,
  inventory: readonly Owned[],
  delivery: Delivery,
  isChanged: (owned: Owned) => boolean,
): Promise<RolledBack> {
  const problems: DeliveryProblem[] = [];
  const onFailure = (error: unknown, objects: readonly Owned[]) => {
    if (delivery.signal.aborted) throw delivery.signal.reason ?? error;
    if (error instanceof LeaseLost || isForAll(error)) throw error;
    for (const problem of problemsOf(error)) {
      if (!objects.some(isChanged)) warn(delivery, leftAlone(problem));
      else {
        problems.push(problem);
        delivery.report({ type: 'problem', problem });
      }
    }
  };
  const { plan, refusals } = await planInPart(
    {
      tree,
      inventory,
      last: async () => new Map(),
      takeOver: [],
      otherOwner: async () => undefined,
    },
    delivery.cluster,
  );
  for (const refusal of refusals) onFailure(new UserError(refusal.problems), [refusal.owned]);
  await runStages(plan, { ...delivery, onFailure });
  const brought = plan.objects.filter(({ action }) => action === 'prune');
  // What could not be put back may still need it.
  if (problems.length > 0) return { left: brought.map(({ owned }) => owned), problems };
  const doomed = brought.filter(
    ({ owned }) => owned.kind === 'Job' || !(isKept(owned) || PRECIOUS.has(owned.kind)),
  );
  const stay = brought.filter((object) => !doomed.includes(object)).map(({ owned }) => owned);
  if (doomed.length === 0) return { left: stay, problems };
  let left: Owned[] = [];
  await timed(delivery, 'what the failed release brought', async () => {
    left = await prune(doomed, delivery);
  });
  return { left: [...stay, ...left], problems };
}

/** Nobody answers, or nothing is allowed any more: that is not about one object. */
function isForAll(error: unknown): boolean {
  const { cause } = error instanceof DeliveryFailed ? error : { cause: error };
  return cause instanceof ApiError && (cause.status === 0 || cause.status === 401);
}

function leftAlone({ subject, message, remedy }: DeliveryProblem): string {
  const what = subject === '' ? message : `${subject}: ${message}`;
  return `left as it is, because the failed release did not change it: ${what}. ${remedy}`.trim();
}
