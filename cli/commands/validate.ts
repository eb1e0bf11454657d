import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { nodeFiles } from '../../adapters/node-files.ts';
import {
  type ValidateOutcome,
  validate as validateCapability,
  validatePath,
} from '../../capabilities/validate.ts';
import type { Finding } from '../../generator/finding.ts';
import { sanitize } from '../../generator/sanitize.ts';
import { formatAnnotations } from '../../generator/validate/formats/annotations.ts';
import { formatSarif } from '../../generator/validate/formats/sarif.ts';
import { countFindings, formatFindings, sortFindings } from '../../generator/validate/formats/text.ts';
import { ruleInfos } from '../../generator/validate/validate.ts';
import { type Context, openRepository } from '../context.ts';
import { validatePorts } from '../validate-ports.ts';

declare const LUNCHBOX_VERSION: string;

export async function validate(context: Context): Promise<number> {
  const { args, env } = context;
  const path = args.text('path');
  const outcome = path === undefined ? await validateCommitted(context) : await validateFolder(path, context);
  const { targets } = outcome;
  const findings = sortFindings(targets.flatMap((target) => target.findings));

  const sarif = args.text('sarif');
  if (sarif !== undefined) {
    const text = formatSarif(findings, ruleInfos, LUNCHBOX_VERSION);
    if (sarif === '-') context.out(text);
    else writeFileSync(resolve(context.cwd, sarif), text);
  }
  if (context.json) context.out(`${JSON.stringify(toJson(outcome, findings), null, 2)}\n`);
  else if (sarif !== '-') {
    context.out(format(outcome, findings, context));
    const annotate = args.flag('annotations') || env.GITHUB_ACTIONS === 'true';
    if (annotate && findings.length > 0) context.out(`${formatAnnotations(findings)}\n`);
  }
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

async function validateCommitted(context: Context): Promise<ValidateOutcome> {
  const repository = openRepository(context);
  const ports = await validatePorts(context, repository.root);
  return validateCapability({ environments: context.args.positionals }, repository, ports);
}

async function validateFolder(path: string, context: Context): Promise<ValidateOutcome> {
  const { args, cwd } = context;
  const input = { folder: path, nodes: args.number('nodes') ?? 1, size: args.text('size') };
  const outcome = await validatePath(input, nodeFiles(resolve(cwd, path)), await validatePorts(context));
  // Files are named as the user would name them.
  const prefix = path.replace(/\/+$/, '');
  const named = (file: string) => (prefix === '.' ? file : `${prefix}/${file}`);
  const targets = outcome.targets.map((target) => ({
    ...target,
    findings: target.findings.map((finding) => ({
      ...finding,
      place: { ...finding.place, file: named(finding.place.file) },
    })),
  }));
  return { ...outcome, targets };
}

function toJson({ targets, engine }: ValidateOutcome, findings: readonly Finding[]) {
  const rows = targets.map(({ name, objects, validated, skipped, aside }) => ({
    name,
    objects,
    validated,
    skipped,
    aside,
  }));
  return { targets: rows, engine, findings };
}

function format(
  { targets, engine }: ValidateOutcome,
  findings: readonly Finding[],
  { paint }: Context,
): string {
  const rows = targets.map(
    ({ name, objects, validated, skipped }) =>
      `  ${paint.bold(name)}   ${objects} objects   validated ${validated}, ${skipped > 0 ? paint.bad(`skipped ${skipped}`) : 'skipped 0'}`,
  );
  const aside = targets.flatMap((target) =>
    target.aside.map((line) => `  ${paint.dim(`left aside  ${sanitize(line)}`)}`),
  );
  const errors = findings.some(({ severity }) => severity === 'error');
  const summary = countFindings(findings);
  return [
    `${paint.bold('lunchbox validate')} · ${engine}`,
    '',
    ...rows,
    ...(aside.length > 20 ? [...aside.slice(0, 18), `  … and ${aside.length - 18} more`] : aside),
    '',
    `  ${errors ? paint.bad(summary) : findings.length > 0 ? paint.warn(summary) : paint.good(summary)}`,
    ...(findings.length > 0 ? [formatFindings(findings, paint)] : []),
    '',
  ].join('\n');
}
