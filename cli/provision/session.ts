import { hostname, userInfo } from 'node:os';
import { accessCloud } from '../../adapters/cloud-access.ts';
import type { Cloud } from '../../capabilities/ports/cloud.ts';
import { wantedFrom } from '../../capabilities/provision/wanted-from.ts';
import { loadSpec, type Repository } from '../../capabilities/repository.ts';
import { type Identity, identityOf } from '../../generator/provision/identity.ts';
import type { OwnImage, Wanted } from '../../generator/provision/wanted.ts';
import { sanitize } from '../../generator/sanitize.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import { environmentNamed, type ResolvedEnvironment } from '../../generator/spec/read-spec.ts';
import { type Context, openRepository } from '../context.ts';

/** An environment, and the account that it is in. */
export interface AccountSession {
  cloud: Cloud;
  environment: Environment;
  identity: Identity;
  repository: Repository;
  /** Who provisions, for people. */
  by: string;
}

/** An environment that is to be made. */
export interface ProvisionSession extends AccountSession {
  wanted: Wanted;
}

/** For commands that look at what there is, or remove it. @throws UserError */
export function openAccount(title: string, context: Context): AccountSession {
  const repository = openRepository(context);
  return enter(title, context, repository, environmentIn(repository, context));
}

/** For commands that make something, or say what they would make. @throws UserError also for what cannot be made */
export function openProvision(title: string, context: Context): ProvisionSession {
  const repository = openRepository(context);
  const found = environmentIn(repository, context);
  const wanted = wantedFrom(found, repository, imageOf(context));
  return { ...enter(title, context, repository, found), wanted };
}

function environmentIn(repository: Repository, { args }: Context): ResolvedEnvironment {
  return environmentNamed(loadSpec(repository), args.positionals[0] ?? '');
}

function enter(
  title: string,
  context: Context,
  repository: Repository,
  { environment }: ResolvedEnvironment,
): AccountSession {
  const { env, paint, json } = context;
  const cloud = accessCloud(env, (line) => context.err(`${paint.dim(`  ${sanitize(line)}`)}\n`));
  const say = json ? context.err : context.out;
  say(`${paint.bold(title)} · ${sanitize(environment.name)}\n\n`);
  const identity = identityOf(environment);
  return { cloud, environment, identity, repository, by: `${userInfo().username}@${hostname()}` };
}

function imageOf({ args }: Context): OwnImage | undefined {
  const url = args.text('from-image');
  return url === undefined ? undefined : { url, version: args.text('image-version') ?? '' };
}
