import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { nodeClock } from '../../adapters/node-clock.ts';
import { nodeProber } from '../../adapters/prober/prober.ts';
import { type DeliverRequest, deliver } from '../../capabilities/deploy/deliver.ts';
import { Interrupted, parseAddress, parseTime } from '../../capabilities/deploy/inputs.ts';
import type { Probe } from '../../capabilities/deploy/proof/watch-users.ts';
import type { DesiredTree } from '../../capabilities/deploy/tree.ts';
import { formatOutcomeJson } from '../../generator/deploy/format/json.ts';
import { formatEvent, formatOutcome } from '../../generator/deploy/format/text.ts';
import { changesAnything } from '../../generator/deploy/plan/plan.ts';
import type { Problem } from '../../generator/errors.ts';
import { sanitize } from '../../generator/sanitize.ts';
import type { Context } from '../context.ts';
import type { Session } from './session.ts';

/** Requests in a second to each public host. */
const PER_SECOND = 20;
/** Minutes for everything. */
const TIMEOUT = 30;

type Own = Pick<DeliverRequest, 'allowOlder' | 'restores' | 'sealingKey' | 'expectDigest'>;

/** Delivers a tree as the command line says, and prints how it goes. @returns the exit code */
export async function runDelivery(
  title: string,
  tree: DesiredTree,
  own: Own,
  validate: () => Promise<readonly Problem[]>,
  session: Session,
  context: Context,
): Promise<number> {
  const { args, paint, json } = context;
  const say = json ? context.err : context.out;
  const planOnly = args.flag('dry-run');
  const of = tree.revision === '' ? 'no commit' : tree.revision.slice(0, 12);
  say(
    `${paint.bold(title)} · ${sanitize(tree.environment)} · ${of} · ${tree.digest}\n\n  ${paint.dim(sanitize(session.access.address))}\n`,
  );
  const interruption = interruptible(session);
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
        probe: args.flag('no-probe') ? undefined : probeOf(session, context),
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

function probeOf({ access }: Session, { args }: Context): Probe {
  const address = parseAddress(args.text('probe-address'));
  const { via } = access;
  return {
    prober: nodeProber(),
    perSecond: PER_SECOND,
    maxDowntime: parseTime('max-downtime', args.text('max-downtime')),
    ...(address ? { via: ({ url }) => address(url) } : via ? { via: ({ url }) => via(url) } : {}),
  };
}

/** The first Ctrl-C stops at the next step and gives the lock back; the second one ends the process. */
function interruptible({ access }: Session): { signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const stop = () => {
    for (const name of SIGNALS) process.removeListener(name, stop);
    abort.abort(new Interrupted());
  };
  const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
  for (const name of SIGNALS) process.once(name, stop);
  const end = () => {
    for (const name of SIGNALS) process.removeListener(name, stop);
  };
  return { signal: access.lost ? AbortSignal.any([abort.signal, access.lost]) : abort.signal, end };
}
