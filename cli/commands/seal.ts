import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cannotBeRead } from '../../adapters/cannot-be-read.ts';
import { loadSpec } from '../../capabilities/repository.ts';
import {
  removeSealed,
  type SealContext,
  type SealOutcome,
  sealFromEnv,
  sealFromSecret,
  seal as sealOne,
} from '../../capabilities/seal.ts';
import { UserError } from '../../generator/errors.ts';
import { secretName } from '../../generator/render/model/names.ts';
import { neededSecrets } from '../../generator/render/model/needed-secrets.ts';
import { sanitize } from '../../generator/sanitize.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { type Context, openRepository } from '../context.ts';
import { promptSecret } from '../terminal/prompt-secret.ts';
import { readStdin } from '../terminal/read-stdin.ts';

export async function seal(context: Context): Promise<number> {
  const { args, env } = context;
  const [name = '', item] = args.positionals;
  const repository = openRepository(context);
  const { environment } = environmentNamed(loadSpec(repository), name);
  const ports = { files: repository.files, clock: () => new Date() };
  const input: SealContext = {
    environment: name,
    needed: neededSecrets(environment),
    target: { namespace: environment.namespace, secret: secretName(environment) },
    keepWhitespace: args.flag('keep-whitespace'),
    fingerprintKey: env.LUNCHBOX_FINGERPRINT_KEY || undefined,
  };
  const source = chooseSource(context, item);
  if (source === 'remove') {
    const { file } = removeSealed({ environment: name, item: item ?? '' }, ports);
    if (context.json) context.out(`${JSON.stringify({ file, removed: item })}\n`);
    else context.err(`${file}: \`${item}\` is removed\n  Run \`lunchbox render ${name}\` and commit both.\n`);
    return 0;
  }
  if (source === 'from-env' || source === 'from-secret') {
    const file = args.text(source) ?? '';
    const text = new TextDecoder().decode(file === '-' ? await readStdin() : readInput(context, file));
    const many = source === 'from-env' ? sealFromEnv : sealFromSecret;
    return report(many({ ...input, file: file === '-' ? '<stdin>' : file, text }, ports), name, context);
  }
  const value = await readValue(context, item ?? '');
  return report(sealOne({ ...input, item: item ?? '', value }, ports), name, context);
}

type Source = 'one' | 'remove' | 'from-env' | 'from-secret';

function chooseSource({ args }: Context, item: string | undefined): Source {
  const chosen = (['from-env', 'from-secret'] as const).find((option) => args.text(option) !== undefined);
  if (chosen !== undefined) return chosen;
  if (item === undefined)
    throw new UserError({
      message: 'seal needs a name, or --from-env, or --from-secret',
      remedy: 'See `lunchbox seal --help`.',
    });
  return args.flag('remove') ? 'remove' : 'one';
}

/** From a file, from a pipe, or typed without being shown; never from the command line, which others can see. */
async function readValue(context: Context, item: string): Promise<Uint8Array> {
  const file = context.args.text('from-file');
  if (file !== undefined) return file === '-' ? readStdin() : readInput(context, file);
  if (!process.stdin.isTTY) return readStdin();
  return new TextEncoder().encode(await promptSecret(`Value of ${item} (not shown): `));
}

function readInput({ cwd }: Context, file: string): Uint8Array {
  try {
    return readFileSync(resolve(cwd, file));
  } catch (error) {
    throw cannotBeRead(file, error);
  }
}

function report(outcome: SealOutcome, environment: string, context: Context): number {
  const { file, written, kept, warnings } = outcome;
  if (context.json) {
    context.out(`${JSON.stringify(outcome, null, 2)}\n`);
    return 0;
  }
  for (const { message, remedy } of warnings) {
    context.err(
      `${context.paint.warn('warning')}  ${sanitize(message)}\n${remedy ? `         ${sanitize(remedy)}\n` : ''}`,
    );
  }
  if (kept.length > 0) context.err(`  unchanged: ${kept.join(', ')}\n`);
  if (written.length > 0)
    context.err(
      `  sealed into ${file}: ${written.join(', ')}\n  Run \`lunchbox render ${environment}\` and commit both.\n`,
    );
  return 0;
}
