import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { EnvironmentSession } from '../../adapters/environment-session.ts';
import { untilInterrupted } from '../../adapters/interruption.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { nodeProber } from '../../adapters/prober/prober.ts';
import { type DeliverRequest, deliver } from '../../capabilities/deploy/deliver.ts';
import { probeOf } from '../../capabilities/deploy/probe-options.ts';
import type { DesiredTree } from '../../capabilities/deploy/tree.ts';
import { formatOutcomeJson } from '../../generator/deploy/format/json.ts';
import { formatEvent, formatOutcome } from '../../generator/deploy/format/text.ts';
import { changesAnything } from '../../generator/deploy/plan/plan.ts';
import type { Problem } from '../../generator/errors.ts';
import { sanitize } from '../../generator/sanitize.ts';
import type { Context } from '../context.ts';

/** Minutes for everything. */
const TIMEOUT = 30;

type Own = Pick<DeliverRequest, 'allowOlder' | 'restores' | 'sealingKey' | 'expectDigest'>;

/** Delivers a tree as the command line says, and prints how it goes. @returns the exit code */
export async function runDelivery(
  title: string,
  tree: DesiredTree,
  own: Own,
  validate: () => Promise<readonly Problem[]>,
  session: EnvironmentSession,
  context: Context,
): Promise<number> {
  const { args, paint, json } = context;
  const say = json ? context.err : context.out;
  const planOnly = args.flag('dry-run');
  const of = tree.revision === '' ? 'no commit' : tree.revision.slice(0, 12);
  say(
    `${paint.bold(title)} · ${sanitize(tree.environment)} · ${of} · ${tree.digest}\n\n  ${paint.dim(sanitize(session.access.address))}\n`,
  );
  const interruption = untilInterrupted('delivery', session.access.lost);
  try {
    const outcome = await deliver(
      {
        tree,
        by: `${userInfo().username}@${hostname()}`,
        holder: randomUUID(),
        planOnly,
        allowRemovals: args.list('allow-removal'),
        takeOver: args.list('take-over'),
        timeout: (args.number('timeout') ?? TIMEOUT) * 60_000,
        ...own,
      },
      {
        cluster: session.access.cluster,
        clock: nodeClock,
        git: session.git,
        probe: args.flag('no-probe')
          ? undefined
          : probeOf(
              { address: args.text('probe-address'), maxDowntime: args.time('max-downtime') },
              session.access.via,
              nodeProber(),
            ),
        validate,
        signal: interruption.signal,
        report: (event) => say(formatEvent(event, paint)),
      },
    );
    if (json) context.out(formatOutcomeJson(outcome));
    say(formatOutcome(outcome, paint));
    if (planOnly) return args.flag('exit-code') && changesAnything(outcome.plan) ? 1 : 0;
    return outcome.result === 'failed' || outcome.result === 'rolled-back' ? 1 : 0;
  } finally {
    interruption.end();
  }
}
