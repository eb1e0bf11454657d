import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { nodeFiles } from '../../adapters/node-files.ts';
import { type ValidatedTarget, validate as validateCapability, validatePath } from '../../capabilities/validate.ts';
import type { Finding } from '../../generator/finding.ts';
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
  const targets = path === undefined ? await validateCapability({ environments: args.positionals }, openRepository(context), await validatePorts(context)) : [await validateFolder(path, context)];
  const findings = sortFindings(targets.flatMap((target) => target.findings));

  const sarif = args.text('sarif');
  if (sarif !== undefined) {
    const text = formatSarif(findings, ruleInfos, LUNCHBOX_VERSION);
    if (sarif === '-') context.out(text);
    else writeFileSync(resolve(context.cwd, sarif), text);
  }
  if (context.json) context.out(`${JSON.stringify(toJson(targets, findings), null, 2)}\n`);
  else if (sarif !== '-') {
    context.out(format(targets, findings, context));
    const annotate = args.flag('annotations') || env.GITHUB_ACTIONS === 'true';
    if (annotate && findings.length > 0) context.out(`${formatAnnotations(findings)}\n`);
  }
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

async function validateFolder(path: string, context: Context): Promise<ValidatedTarget> {
  const folder = resolve(context.cwd, path);
  const target = await validatePath({ folder: path, nodes: context.args.number('nodes') ?? 1, size: context.args.text('size') }, nodeFiles(folder), await validatePorts(context));
  // Files are named as the user would name them.
  const prefix = path.replace(/\/+$/, '');
  const findings = target.findings.map((finding) => ({ ...finding, place: { ...finding.place, file: prefix === '.' ? finding.place.file : `${prefix}/${finding.place.file}` } }));
  return { ...target, findings };
}

function toJson(targets: readonly ValidatedTarget[], findings: readonly Finding[]) {
  return {
    targets: targets.map(({ name, objects, validated, skipped, engine, aside }) => ({ name, objects, validated, skipped, engine, aside })),
    findings,
  };
}

function format(targets: readonly ValidatedTarget[], findings: readonly Finding[], { paint }: Context): string {
  const rows = targets.map(({ name, objects, validated, skipped }) => `  ${paint.bold(name)}   ${objects} objects   validated ${validated}, ${skipped > 0 ? paint.bad(`skipped ${skipped}`) : 'skipped 0'}`);
  const aside = targets.flatMap((target) => target.aside.map((line) => `  ${paint.dim(`left aside  ${line}`)}`));
  const errors = findings.some(({ severity }) => severity === 'error');
  const summary = countFindings(findings);
  return [
    `${paint.bold('lunchbox validate')} · ${targets[0]?.engine ?? ''}`,
    '',
    ...rows,
    ...(aside.length > 20 ? [...aside.slice(0, 18), `  … and ${aside.length - 18} more`] : aside),
    '',
    `  ${errors ? paint.bad(summary) : findings.length > 0 ? paint.warn(summary) : paint.good(summary)}`,
    ...(findings.length > 0 ? [formatFindings(findings, paint)] : []),
    '',
  ].join('\n');
}
