import type { Problem } from '../../generator/errors.ts';
import type { Repository } from '../repository.ts';
import { type ValidatePorts, validate } from '../validate.ts';

/** What speaks against delivering a tree: the errors that `lunchbox validate` finds in it. */
export async function treeProblems(
  environment: string,
  repository: Repository,
  ports: ValidatePorts,
): Promise<Problem[]> {
  const { targets } = await validate({ environments: [environment] }, repository, ports);
  return targets.flatMap(({ findings }) =>
    findings
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, message, fix, place }) => ({ message: `${rule}: ${message}`, remedy: fix, place })),
  );
}
