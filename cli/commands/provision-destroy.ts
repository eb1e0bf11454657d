import { untilInterrupted } from '../../adapters/interruption.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { runId } from '../../adapters/provision-ports.ts';
import { destroyProvision, planDestroy } from '../../capabilities/provision/cloud/destroy.ts';
import { UserError } from '../../generator/errors.ts';
import { formatPlanJson } from '../../generator/provision/format/json.ts';
import { formatEvent, formatPlan } from '../../generator/provision/format/text.ts';
import { whatStays } from '../../generator/provision/format/words.ts';
import { confirmDestroy } from '../../generator/provision/plan/make-destroy-plan.ts';
import { changesCloud, planDigest } from '../../generator/provision/plan/plan.ts';
import type { Context } from '../context.ts';
import { openAccount } from '../provision/session.ts';
import { questions } from '../terminal/ask.ts';

export async function provisionDestroy(context: Context): Promise<number> {
  const { args, paint, json } = context;
  const { cloud, identity: wanted, by } = openAccount('lunchbox provision destroy', context);
  const withData = args.flag('with-data');
  const plan = await planDestroy(cloud, wanted, { withData });
  const say = json ? context.err : context.out;
  say(formatPlan(plan, paint));
  if (json) context.out(formatPlanJson(plan));
  if (args.flag('dry-run') || !changesCloud(plan)) return 0;
  confirmDestroy(plan, args.text('confirm') ?? (await asked(wanted.environment)));
  const interruption = untilInterrupted('destroy');
  try {
    await destroyProvision(
      { wanted, withData, id: runId(), by, expectDigest: planDigest(plan) },
      {
        cloud,
        clock: nodeClock,
        signal: interruption.signal,
        // It was shown before anybody was asked.
        report: (event) => (event.type === 'plan' ? undefined : say(formatEvent(event, paint))),
      },
    );
  } finally {
    interruption.end();
  }
  const stays = whatStays(plan);
  say(`\n  ${paint.good('removed')}: nothing of it costs any more${stays && ` but ${stays}`}\n`);
  return 0;
}

/** What a person types. @throws UserError when there is nobody to ask */
async function asked(environment: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new UserError({
      message: 'there is no terminal to ask on',
      remedy: `Say --confirm ${environment} to mean it.`,
    });
  const terminal = questions();
  try {
    return await terminal.ask(`Type ${environment} to remove all of this:`, '');
  } finally {
    terminal.close();
  }
}
