import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nodeValidatePorts } from '../adapters/validate-ports.ts';
import type { ValidatePorts } from '../capabilities/validate.ts';
import { UserError } from '../generator/errors.ts';
import type { Context } from './context.ts';

/**
 * What validation needs from the outside: kubeconform, schemas, the time.
 * @param root Of the repository, whose `schemas` folder may hold schemas of the user's own custom resources.
 */
export async function validatePorts({ args, cwd, env }: Context, root?: string): Promise<ValidatePorts> {
  const named = args.text('schemas');
  if (named !== undefined && !existsSync(resolve(cwd, named))) {
    throw new UserError({
      message: `there is no folder ${named}`,
      remedy: 'Check the path after --schemas.',
    });
  }
  return nodeValidatePorts(env, [
    ...(named === undefined ? [] : [resolve(cwd, named)]),
    ...(root === undefined ? [] : [resolve(root, 'schemas')]),
  ]);
}
