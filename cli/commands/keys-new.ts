import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { nodeKeyFiles } from '../../adapters/node-key-files.ts';
import { keysNew as keysNewCapability } from '../../capabilities/keys-new.ts';
import { loadSpec } from '../../capabilities/repository.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { type Context, openRepository } from '../context.ts';

export async function keysNew(context: Context): Promise<number> {
  const { args, cwd, paint } = context;
  const [name = ''] = args.positionals;
  const { root, ...repository } = openRepository(context);
  const { environment } = environmentNamed(loadSpec(repository), name);
  const out = args.text('out');
  const keyFile =
    out === undefined ? join(homedir(), '.lunchbox', `${environment.app}-${name}.key`) : resolve(cwd, out);
  if (process.stderr.isTTY) context.err('Making an RSA-4096 key pair…\n');
  const outcome = await keysNewCapability(
    { environment: name, root, keyFile },
    { files: repository.files, keyFiles: nodeKeyFiles, clock: () => new Date() },
  );
  const { fingerprint, notAfter } = outcome.certificate;
  if (context.json) {
    context.out(
      `${JSON.stringify({ certificate: outcome.certificateFile, fingerprint, notAfter, key: outcome.keyFile }, null, 2)}\n`,
    );
    return 0;
  }
  context.err(
    [
      `  certificate  ${outcome.certificateFile}   valid until ${notAfter.toISOString().slice(0, 10)}, key ${fingerprint.slice(0, 16)}…`,
      `  private key  ${outcome.keyFile}`,
      '',
      paint.bold('  Put the private key into your password manager now.'),
      '  Without it nobody can open what is sealed; with it, anybody can. Commit only the certificate.',
      '',
    ].join('\n'),
  );
  return 0;
}
