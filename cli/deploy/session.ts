import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accessCluster, type ClusterAccess } from '../../adapters/cluster-access.ts';
import { gitIn } from '../../adapters/git.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { StateStore } from '../../capabilities/deploy/state/store.ts';
import type { Git } from '../../capabilities/ports/git.ts';
import { loadSpec, type Repository } from '../../capabilities/repository.ts';
import { UserError } from '../../generator/errors.ts';
import { certificatePath } from '../../generator/seal/environment-files.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { type Context, openRepository } from '../context.ts';

/** One environment, and the cluster that it is in. */
export interface Session {
  repository: Repository & { root: string };
  git: Git;
  app: string;
  environment: string;
  certificate: string | undefined;
  access: ClusterAccess;
  store: StateStore;
}

/** Reaches the cluster of an environment, does something there, and leaves nothing open. */
export async function inSession<T>(context: Context, work: (session: Session) => Promise<T>): Promise<T> {
  const { args, env } = context;
  const repository = openRepository(context);
  const [name = ''] = args.positionals;
  const { environment } = environmentNamed(loadSpec(repository), name);
  const kubeconfig = args.text('kubeconfig');
  const knownHosts = args.text('known-hosts');
  const sshKey = args.text('ssh-key');
  const access = await accessCluster(
    {
      environment: environment.name,
      read: (path) => repository.files.read(path),
      kubeconfig: kubeconfig === undefined ? undefined : { file: resolve(context.cwd, kubeconfig) },
      context: args.text('context'),
      host: args.text('host'),
      knownHosts:
        knownHosts === undefined ? undefined : { file: knownHosts, text: readNamed(knownHosts, context) },
      sshKey:
        sshKey !== undefined
          ? { file: resolve(context.cwd, sshKey) }
          : env.LUNCHBOX_SSH_KEY
            ? { text: env.LUNCHBOX_SSH_KEY }
            : undefined,
    },
    nodeExec,
    env,
  );
  try {
    return await work({
      repository,
      git: gitIn(repository.root, nodeExec),
      app: environment.app,
      environment: environment.name,
      certificate: repository.files.read(certificatePath(environment.name)),
      access,
      store: new StateStore(environment.app, environment.name, access.cluster, nodeClock),
    });
  } finally {
    await access.close();
  }
}

/** The text of a file that an option names. @throws UserError */
export function readNamed(file: string, { cwd }: Context): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch {
    throw new UserError({
      message: `${file} cannot be read`,
      remedy: 'Check the path, and whether you may read it.',
    });
  }
}
