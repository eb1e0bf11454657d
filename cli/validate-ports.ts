import { chooseKubeconform } from '../adapters/kubeconform.ts';
import type { ValidatePorts } from '../capabilities/validate.ts';
import { type Context, schemaReader } from './context.ts';

/** What validation needs from the outside: kubeconform, the schema pack, the time. */
export async function validatePorts({ env }: Context): Promise<ValidatePorts> {
  return {
    engine: await chooseKubeconform(env),
    readSchema: schemaReader(),
    clock: () => new Date(),
    now: () => performance.now(),
  };
}
