import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cannotBeRead } from '../../adapters/cannot-be-read.ts';
import { type EnvironmentSession, inEnvironment } from '../../adapters/environment-session.ts';
import type { SealingKey } from '../../capabilities/deploy/stages/sealing-key.ts';
import { type Context, openRepository } from '../context.ts';

/** The environment that a command names, and its cluster. */
export function inSession<T>(
  context: Context,
  work: (session: EnvironmentSession) => Promise<T>,
): Promise<T> {
  const { args, env, cwd } = context;
  const repository = openRepository(context);
  const [environment = ''] = args.positionals;
  const [kubeconfig, knownHosts, sshKey] = [
    args.text('kubeconfig'),
    args.text('known-hosts'),
    args.text('ssh-key'),
  ];
  const given = env.LUNCHBOX_SSH_KEY ? { text: env.LUNCHBOX_SSH_KEY } : undefined;
  return inEnvironment(
    {
      repository,
      root: repository.root,
      environment,
      kubeconfig: kubeconfig === undefined ? undefined : { file: resolve(cwd, kubeconfig) },
      context: args.text('context'),
      host: args.text('host'),
      knownHosts:
        knownHosts === undefined ? undefined : { file: knownHosts, text: readNamed(knownHosts, context) },
      sshKey: sshKey === undefined ? given : { file: resolve(cwd, sshKey) },
    },
    env,
    work,
  );
}

/** The text of a file that an option names. @throws UserError */
export function readNamed(file: string, { cwd }: Context): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw cannotBeRead(file, error);
  }
}

/** The private key of an environment, for a cluster that lacks it: a file, or what the shell's environment holds. @throws UserError */
export function sealingKeyOf(context: Context): SealingKey | undefined {
  const file = context.args.text('sealing-key');
  if (file !== undefined) return { name: file, text: readNamed(file, context) };
  const text = context.env.LUNCHBOX_SEALING_KEY;
  return text ? { name: 'LUNCHBOX_SEALING_KEY', text } : undefined;
}
