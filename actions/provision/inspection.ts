import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { planProvision } from '../../capabilities/provision/cloud/apply.ts';
import { readCloudStatus } from '../../capabilities/provision/cloud/status.ts';
import { flakeProblems } from '../../capabilities/provision/machine/flake.ts';
import { fence } from '../../generator/markdown/escape.ts';
import { formatPlan } from '../../generator/provision/format/text.ts';
import { formatCloudStatus } from '../../generator/provision/status.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { logLines } from '../log-lines.ts';
import { type Known, resultOf } from './result.ts';
import type { AccountSession, ProvisionSession } from './session.ts';

/** What `apply` would do. */
export async function plan(
  { cloud, wanted, repository }: ProvisionSession,
  { flag, log }: ActionContext,
  known: Known,
): Promise<ActionResult> {
  known.plan = await planProvision(cloud, wanted, { replace: flag('replace') });
  logLines(formatPlan(known.plan, PLAIN), log);
  const warnings = flakeProblems(repository.files, wanted.environment).map(
    ({ message, remedy }) => `${message}. ${remedy}`,
  );
  return resultOf({ ...known, result: 'planned', warnings });
}

/** What the account holds. */
export async function status(
  { cloud, identity }: AccountSession,
  { log }: ActionContext,
): Promise<ActionResult> {
  const found = await readCloudStatus(cloud, identity);
  const text = formatCloudStatus(found, PLAIN);
  logLines(text, log);
  return {
    outputs: {
      result: 'read',
      digest: '',
      changes: '',
      plan: '',
      address: found.address ?? '',
      commit: '',
      log: '',
    },
    summary: fence(text, 'text'),
  };
}
