import { untilInterrupted } from '../../adapters/interruption.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { runId } from '../../adapters/provision-ports.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { destroyProvision, planDestroy } from '../../capabilities/provision/cloud/destroy.ts';
import { formatEvent, formatPlan } from '../../generator/provision/format/text.ts';
import { whatStays } from '../../generator/provision/format/words.ts';
import { confirmDestroy } from '../../generator/provision/plan/make-destroy-plan.ts';
import { changesCloud, planDigest } from '../../generator/provision/plan/plan.ts';
import { dropletPath, knownHostsPath } from '../../generator/tree/paths.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { logLines } from '../log-lines.ts';
import { type Known, resultOf } from './result.ts';
import type { AccountSession } from './session.ts';

/** Removes what there is of an environment, when its name is said once more. */
export async function destroy(
  { cloud, identity: wanted, repository: { files }, by }: AccountSession,
  { text, flag, log }: ActionContext,
  known: Known,
): Promise<ActionResult> {
  const withData = flag('with-data');
  const plan = await planDestroy(cloud, wanted, { withData });
  known.plan = plan;
  logLines(formatPlan(plan, PLAIN), log);
  // A plan may go without, but not with another name.
  if (text('confirm') !== '' || (!flag('dry-run') && changesCloud(plan)))
    confirmDestroy(plan, text('confirm'));
  if (flag('dry-run')) return resultOf({ ...known, result: 'planned' });
  const interruption = untilInterrupted('destroy');
  try {
    await destroyProvision(
      { wanted, withData, id: runId(), by, expectDigest: text('expect-digest') || planDigest(plan) },
      {
        cloud,
        clock: nodeClock,
        signal: interruption.signal,
        // It was shown before.
        report: (event) => (event.type === 'plan' ? undefined : logLines(formatEvent(event, PLAIN), log)),
      },
    );
  } finally {
    interruption.end();
  }
  const stale = [dropletPath, knownHostsPath]
    .map((path) => path(wanted.environment))
    .filter((path) => files.read(path) !== undefined);
  const stays = whatStays(plan);
  const notes = [
    stays === '' ? 'Nothing of it costs any more.' : `What stays costs what the plan says: ${stays}.`,
    ...(stale.length > 0
      ? [`Git still knows the droplet: remove ${stale.join(' and ')} and render, or provision anew.`]
      : []),
  ];
  return resultOf({ ...known, result: changesCloud(plan) ? 'destroyed' : 'unchanged', notes });
}
