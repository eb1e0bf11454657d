import { join, resolve } from 'node:path';
import { nodeFiles } from '../../adapters/node-files.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import { nodeValidatePorts } from '../../adapters/validate-ports.ts';
import { writeOutput } from '../../adapters/write-output.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import {
  type ValidateOutcome,
  validate as validateCommitted,
  validatePath,
} from '../../capabilities/validate.ts';
import { SUMMARY_LIMIT } from '../../generator/markdown/budget.ts';
import { formatSarif } from '../../generator/validate/formats/sarif.ts';
import { formatSummary } from '../../generator/validate/formats/summary.ts';
import { countFindings, sortFindings } from '../../generator/validate/formats/text.ts';
import { ruleInfos } from '../../generator/validate/validate.ts';

declare const LUNCHBOX_VERSION: string;

/** Validates what is committed: findings on the lines, a table on the page of the run, a SARIF file. */
export async function validate(context: ActionContext): Promise<ActionResult> {
  const outcome = await run(context);
  const findings = sortFindings(outcome.targets.flatMap((target) => target.findings));
  const sarif = resolve(
    context.root,
    context.text('sarif') || join(context.env.RUNNER_TEMP ?? '.', 'lunchbox.sarif'),
  );
  writeOutput(sarif, formatSarif(findings, ruleInfos, LUNCHBOX_VERSION));
  const number = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  context.log(`lunchbox validate: ${countFindings(findings)} (${outcome.engine})`);
  return {
    outputs: { errors: String(number('error')), warnings: String(number('warning')), sarif },
    summary: formatSummary(outcome.targets, outcome.engine, SUMMARY_LIMIT - 1024),
    findings,
    failure: number('error') > 0 ? `${countFindings(findings)}; see the annotations` : undefined,
  };
}

async function run({ root, env, text, list }: ActionContext): Promise<ValidateOutcome> {
  const folder = text('path');
  const schemas = [text('schemas'), 'schemas']
    .filter((name) => name !== '')
    .map((name) => resolve(root, name));
  const ports = await nodeValidatePorts(env, schemas);
  if (folder === '')
    return validateCommitted({ environments: list('environments') }, nodeRepository(root), ports);
  const nodes = Number(text('nodes') || 1);
  return validatePath(
    { folder, nodes, size: text('size') || undefined },
    nodeFiles(resolve(root, folder)),
    ports,
  );
}
