import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cannotBeRead } from '../../adapters/cannot-be-read.ts';
import { loadSpec } from '../../capabilities/repository.ts';
import { unseal as unsealCapability } from '../../capabilities/unseal.ts';
import { formatDotenv, formatJson } from '../../generator/seal/output/format-values.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { type Context, openRepository } from '../context.ts';

export function unseal(context: Context): number {
  const { args, cwd } = context;
  const [environment = '', item] = args.positionals;
  const repository = openRepository(context);
  environmentNamed(loadSpec(repository), environment);
  const keys = args.list('key').map((name) => ({ name, pem: readKey(resolve(cwd, name), name) }));
  const { opened, failed } = unsealCapability({ environment, keys, item }, repository);
  const [only] = opened;
  // One value is printed as it is, without a newline that would become part of it.
  if (item !== undefined && only && !context.json) process.stdout.write(only.value);
  else context.out(args.flag('env') ? formatDotenv(opened) : formatJson(opened));
  for (const { message } of failed) context.err(`${context.paint.bad('not opened')}  ${message}\n`);
  return failed.length > 0 ? 1 : 0;
}

function readKey(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw cannotBeRead(`the key file ${name}`, error);
  }
}
