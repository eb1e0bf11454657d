import { type PreviewOutcome, preview as previewCapability } from '../../capabilities/preview.ts';
import { gigabytes } from '../../generator/validate/capacity/capacity.ts';
import { countFindings, formatFindings } from '../../generator/validate/formats/text.ts';
import { type Context, openRepository } from '../context.ts';
import { validatePorts } from '../validate-ports.ts';

export async function preview(context: Context): Promise<number> {
  const repository = openRepository(context);
  const outcome = await previewCapability(
    { environments: context.args.positionals },
    repository,
    await validatePorts(context, repository.root),
  );
  const findings = outcome.environments.flatMap(({ report }) => report.findings);
  if (context.json) context.out(`${JSON.stringify(toJson(outcome), null, 2)}\n`);
  else context.out(format(outcome, context));
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function toJson({ environments, engine, times }: PreviewOutcome) {
  return {
    environments: environments.map(({ environment, files, plan, report }) => ({
      name: environment.name,
      objects: files.length,
      added: plan.added,
      changed: plan.changed,
      removed: plan.removed,
      foreign: plan.foreign,
      validated: report.validated,
      skipped: report.skipped,
      capacity: report.capacity && {
        size: report.capacity.size,
        nodes: report.capacity.nodes,
        memory: report.capacity.memory,
        cpu: report.capacity.cpu,
      },
      findings: report.findings,
    })),
    engine,
    milliseconds: Object.fromEntries(Object.entries(times).map(([stage, time]) => [stage, Math.round(time)])),
  };
}

function format({ specFile, environments, engine, times }: PreviewOutcome, { paint }: Context): string {
  const findings = environments.flatMap(({ report }) => report.findings);
  const width = Math.max(...environments.map(({ environment }) => environment.name.length));
  const rows = environments.map(({ environment, files, plan, report }) => {
    const changes = plan.added.length + plan.changed.length + plan.removed.length;
    const changed = `${changes} changed`;
    const { capacity } = report;
    const room = capacity
      ? `${capacity.memory.needed <= capacity.memory.available ? 'fits' : 'does not fit'} ${capacity.nodes > 1 ? `${capacity.nodes} × ` : ''}${capacity.size}: ${gigabytes(capacity.memory.needed).replace(' GB', '')} of ${gigabytes(capacity.memory.available)} at rollout`
      : '';
    const skipped = `skipped ${report.skipped}`;
    return `  ${paint.bold(environment.name.padEnd(width))}   ${String(files.length).padStart(3)} objects   ${changes > 0 ? paint.warn(changed) : changed}    validated ${report.validated}, ${report.skipped > 0 ? paint.bad(skipped) : skipped}   ${room}`;
  });
  const changedFiles = environments.flatMap(({ plan }) => [
    ...plan.added.map((path) => `  ${paint.good('added')}    ${path}`),
    ...plan.changed.map((path) => `  ${paint.warn('changed')}  ${path}`),
    ...plan.removed.map((path) => `  ${paint.bad('removed')}  ${path}`),
    ...plan.foreign.map((path) => `  ${paint.dim('foreign')}  ${path}`),
  ]);
  const errors = findings.some(({ severity }) => severity === 'error');
  const summary = countFindings(findings);
  return [
    `${paint.bold('lunchbox preview')} · ${specFile}`,
    '',
    ...rows,
    '',
    ...(changedFiles.length > 0
      ? [...shorten(changedFiles), '  Run `lunchbox render` to write them.', '']
      : []),
    `  ${errors ? paint.bad(summary) : findings.length > 0 ? paint.warn(summary) : paint.good(summary)}`,
    ...(findings.length > 0 ? [formatFindings(findings, paint)] : []),
    '',
    paint.dim(
      `  render ${duration(times.render)} · ${engine} ${duration(times.kubeconform)} · wiring ${duration(times.wiring)} · total ${duration(times.total)}`,
    ),
    '',
  ].join('\n');
}

function shorten(lines: string[]): string[] {
  return lines.length <= 20 ? lines : [...lines.slice(0, 18), `  … and ${lines.length - 18} more`];
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
