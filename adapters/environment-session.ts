import { refused } from '../capabilities/deploy/failure.ts';
import { StateStore } from '../capabilities/deploy/state/store.ts';
import { ApiError } from '../capabilities/ports/api-error.ts';
import type { Git } from '../capabilities/ports/git.ts';
import { loadSpec, type Repository } from '../capabilities/repository.ts';
import { certificatePath } from '../generator/seal/environment-files.ts';
import { environmentNamed } from '../generator/spec/read-spec.ts';
import { type AccessRequest, accessCluster, type ClusterAccess } from './cluster-access.ts';
import { gitIn } from './git.ts';
import { nodeClock } from './node-clock.ts';
import { nodeExec } from './node-exec.ts';

/** One environment of a repository, and the cluster that it is in. */
export interface EnvironmentSession {
  repository: Repository;
  /** Folder of the repository. */
  root: string;
  git: Git;
  app: string;
  environment: string;
  /** Where users find it; undefined when it has no host. */
  url: string | undefined;
  /** What its values are sealed with; undefined when it has none. */
  certificate: string | undefined;
  access: ClusterAccess;
  store: StateStore;
}

export interface SessionRequest extends Omit<AccessRequest, 'environment' | 'read'> {
  repository: Repository;
  root: string;
  /** As somebody named it. */
  environment: string;
}

/**
 * Reaches the cluster of an environment, does something there, and leaves nothing open.
 * @throws UserError when there is no such environment, or it cannot be reached
 */
export async function inEnvironment<T>(
  request: SessionRequest,
  env: Readonly<Record<string, string | undefined>>,
  work: (session: EnvironmentSession) => Promise<T>,
): Promise<T> {
  const { repository, root } = request;
  const { environment } = environmentNamed(loadSpec(repository), request.environment);
  const { name, app, tls } = environment;
  const read = (path: string) => repository.files.read(path);
  const access = await accessCluster({ ...request, environment: name, read }, nodeExec, env);
  try {
    const [first] = environment.hosts;
    return await work({
      repository,
      root,
      git: gitIn(root, nodeExec),
      app,
      environment: name,
      url: first && `${tls ? 'https' : 'http'}://${first.host}`,
      certificate: read(certificatePath(name)),
      access,
      store: new StateStore(app, name, access.cluster, nodeClock),
    });
  } catch (error) {
    throw error instanceof ApiError ? refused(error, access.address) : error;
  } finally {
    await access.close();
  }
}
