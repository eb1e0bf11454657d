import { accessCloud } from '../../adapters/cloud-access.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import type { ActionContext } from '../../capabilities/ports/action.ts';
import type { Cloud } from '../../capabilities/ports/cloud.ts';
import { wantedFrom } from '../../capabilities/provision/wanted-from.ts';
import { loadSpec, type Repository } from '../../capabilities/repository.ts';
import { type Identity, identityOf } from '../../generator/provision/identity.ts';
import type { Wanted } from '../../generator/provision/wanted.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import { environmentNamed, type ResolvedEnvironment } from '../../generator/spec/read-spec.ts';
import { runName } from '../run-name.ts';

/** The environment that the inputs name, and the account that it is in. */
export interface AccountSession {
  cloud: Cloud;
  found: ResolvedEnvironment;
  environment: Environment;
  identity: Identity;
  repository: Repository;
  /** What provisions, for people. */
  by: string;
}

/** An environment that is to be made. */
export interface ProvisionSession extends AccountSession {
  wanted: Wanted;
}

/** @throws UserError */
export function openAccount({ root, env, text, log }: ActionContext): AccountSession {
  const repository = nodeRepository(root);
  const found = environmentNamed(loadSpec(repository), text('environment'));
  const { environment } = found;
  const cloud = accessCloud(env, log, text('digitalocean-token'));
  return { cloud, found, environment, identity: identityOf(environment), repository, by: runName(env) };
}

/** @throws UserError for what cannot be made */
export function toProvision(session: AccountSession, { text }: ActionContext): ProvisionSession {
  const url = text('from-image');
  const image = url === '' ? undefined : { url, version: text('image-version') };
  return { ...session, wanted: wantedFrom(session.found, session.repository, image) };
}
