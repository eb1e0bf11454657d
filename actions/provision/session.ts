import { accessCloud } from '../../adapters/cloud-access.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import type { ActionContext } from '../../capabilities/ports/action.ts';
import type { Cloud } from '../../capabilities/ports/cloud.ts';
import { wantedFrom } from '../../capabilities/provision/provision.ts';
import { loadSpec, type Repository } from '../../capabilities/repository.ts';
import type { Wanted } from '../../generator/provision/wanted.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { runName } from '../run-name.ts';

/** The environment that the inputs name, and the account that it is made in. */
export interface ProvisionSession {
  cloud: Cloud;
  environment: Environment;
  wanted: Wanted;
  repository: Repository;
  /** What provisions, for people. */
  by: string;
}

/** @throws UserError */
export function openSession({ root, env, text, log }: ActionContext): ProvisionSession {
  const repository = nodeRepository(root);
  const { environment } = environmentNamed(loadSpec(repository), text('environment'));
  const url = text('from-image');
  const image = url === '' ? undefined : { url, version: text('image-version') };
  const wanted = wantedFrom(environment, repository, image);
  const cloud = accessCloud(env, log, text('digitalocean-token'));
  return { cloud, environment, wanted, repository, by: runName(env) };
}
