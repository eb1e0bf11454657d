import { accessCluster, type ClusterAccess } from '../../adapters/cluster-access.ts';
import { gitIn } from '../../adapters/git.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import { StateStore } from '../../capabilities/deploy/state/store.ts';
import type { ActionContext } from '../../capabilities/ports/action.ts';
import type { Git } from '../../capabilities/ports/git.ts';
import { loadSpec, type Repository } from '../../capabilities/repository.ts';
import { certificatePath } from '../../generator/seal/environment-files.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';

/** One environment, and the cluster that it is in. */
export interface Session {
  repository: Repository;
  git: Git;
  app: string;
  environment: string;
  /** Where users find it; undefined when it has no host. */
  url: string | undefined;
  certificate: string | undefined;
  access: ClusterAccess;
  store: StateStore;
}

/** Reaches the cluster of an environment, does something there, and leaves nothing open. */
export async function inSession<T>(
  context: ActionContext,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const repository = nodeRepository(context.root);
  const { environment } = environmentNamed(loadSpec(repository), context.text('environment'));
  const text = (name: string) => {
    const value = context.text(name);
    return value.trim() === '' ? undefined : value;
  };
  const [kubeconfig, knownHosts, sshKey] = [text('kubeconfig'), text('known-hosts'), text('ssh-key')];
  const access = await accessCluster(
    {
      environment: environment.name,
      read: (path) => repository.files.read(path),
      kubeconfig: kubeconfig === undefined ? undefined : { text: kubeconfig },
      context: text('context'),
      host: text('host'),
      knownHosts: knownHosts === undefined ? undefined : { file: 'known-hosts', text: knownHosts },
      sshKey: sshKey === undefined ? undefined : { text: sshKey },
    },
    nodeExec,
    context.env,
  );
  try {
    const [first] = environment.hosts;
    return await work({
      repository,
      git: gitIn(context.root, nodeExec),
      app: environment.app,
      environment: environment.name,
      url: first && `${environment.tls ? 'https' : 'http'}://${first.host}`,
      certificate: repository.files.read(certificatePath(environment.name)),
      access,
      store: new StateStore(environment.app, environment.name, access.cluster, nodeClock),
    });
  } finally {
    await access.close();
  }
}
