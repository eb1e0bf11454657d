import { loadSpec, selectEnvironments } from '../../capabilities/repository.ts';
import { secretsCheck as check } from '../../capabilities/secrets-check.ts';
import { neededSecrets } from '../../generator/render/model/needed-secrets.ts';
import { countFindings, formatFindings, sortFindings } from '../../generator/validate/formats/text.ts';
import { type Context, openRepository } from '../context.ts';

export function secretsCheck(context: Context): number {
  const repository = openRepository(context);
  const environments = selectEnvironments(loadSpec(repository), context.args.positionals).map(
    ({ environment }) => environment,
  );
  const results = environments.map((environment) => {
    const needed = neededSecrets(environment);
    const { files } = repository;
    return {
      name: environment.name,
      needed: needed.length,
      findings: check({ environment: environment.name, needed }, { files, clock: () => new Date() }),
    };
  });
  const findings = sortFindings(results.flatMap((result) => result.findings));
  if (context.json) context.out(`${JSON.stringify({ environments: results }, null, 2)}\n`);
  else {
    for (const { name, needed, findings: own } of results)
      context.out(`  ${context.paint.bold(name)}   ${needed} values needed   ${countFindings(own)}\n`);
    if (findings.length > 0) context.out(`\n${formatFindings(findings, context.paint)}\n`);
  }
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}
