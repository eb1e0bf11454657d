import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilInterrupted } from '../../adapters/interruption.ts';
import { writeMachineLogs } from '../../adapters/machine-logs.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { provisionPorts, runId } from '../../adapters/provision-ports.ts';
import { resolveHost } from '../../adapters/resolve-host.ts';
import { planProvision } from '../../capabilities/provision/cloud/apply.ts';
import { awaitRecords } from '../../capabilities/provision/cloud/await-records.ts';
import { type ProvisionOutcome, provision } from '../../capabilities/provision/provision.ts';
import { backupSettings } from '../../generator/host/backup-settings.ts';
import { formatPlanJson } from '../../generator/provision/format/json.ts';
import { formatAnyEvent } from '../../generator/provision/format/machine-event.ts';
import { formatOutcome, outcomeData } from '../../generator/provision/format/outcome.ts';
import { formatPlan } from '../../generator/provision/format/text.ts';
import { planDigest } from '../../generator/provision/plan/plan.ts';
import type { Context } from '../context.ts';
import { sealingKeyOf } from '../deploy/session.ts';
import { operatorKey } from '../host/operator-key.ts';
import { openProvision, type ProvisionSession } from '../provision/session.ts';

export async function provisionApply(context: Context): Promise<number> {
  const { args, paint, json } = context;
  const session = openProvision('lunchbox provision apply', context);
  const { cloud, environment, wanted, repository, by } = session;
  const say = json ? context.err : context.out;
  const replace = args.flag('replace');
  if (args.flag('dry-run')) {
    const plan = await planProvision(cloud, wanted, { replace });
    if (json) context.out(formatPlanJson(plan));
    say(`${formatPlan(plan, paint)}    ${paint.dim(planDigest(plan))}\n`);
    return 0;
  }
  const patience = args.time('wait-for-dns');
  const interruption = untilInterrupted('provisioning');
  try {
    const outcome = await provision(
      {
        environment,
        wanted,
        id: runId(),
        by,
        expectDigest: args.text('expect-digest'),
        replace,
        loseData: args.flag('lose-data'),
        key: operatorKey(context),
        sealingKey: sealingKeyOf(context),
        backups: environment.droplet.backups && backupSettings(environment, context.env),
      },
      provisionPorts(cloud, repository.files, interruption.signal, (event) =>
        say(formatAnyEvent(event, paint)),
      ),
    );
    const log = writeMachineLogs(
      join(tmpdir(), `lunchbox-${environment.app}`),
      environment.name,
      outcome.logs,
    );
    if (json) context.out(`${JSON.stringify(outcomeData(outcome), null, 2)}\n`);
    say(formatOutcome(outcome, log, paint));
    if (outcome.failure) return 1;
    if (patience !== undefined) await untilNamed(outcome, patience, session, interruption.signal, say);
    return 0;
  } finally {
    interruption.end();
  }
}

async function untilNamed(
  { applied }: ProvisionOutcome,
  patience: number,
  { cloud, wanted }: ProvisionSession,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  if (!applied) return;
  // The plan was made before there was an address.
  const { advice } = await planProvision(cloud, wanted);
  const waiting = (text: string) => say(`    ${'waits'.padEnd(9)} ${text}\n`);
  await awaitRecords(advice, patience, { resolve: resolveHost, clock: nodeClock, signal, waiting });
  if (advice.length > 0) say('    all names lead to it\n');
}
