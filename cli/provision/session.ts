import { hostname, userInfo } from 'node:os';
import { accessCloud } from '../../adapters/cloud-access.ts';
import type { Cloud } from '../../capabilities/ports/cloud.ts';
import { wantedFrom } from '../../capabilities/provision/provision.ts';
import { loadSpec, type Repository } from '../../capabilities/repository.ts';
import type { OwnImage, Wanted } from '../../generator/provision/wanted.ts';
import { sanitize } from '../../generator/sanitize.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { type Context, openRepository } from '../context.ts';

/** An environment, and the account that it is made in. */
export interface ProvisionSession {
  cloud: Cloud;
  environment: Environment;
  wanted: Wanted;
  repository: Repository;
  /** Who provisions, for people. */
  by: string;
}

/** @throws UserError */
export function openProvision(title: string, context: Context): ProvisionSession {
  const { args, env, paint, json } = context;
  const repository = openRepository(context);
  const { environment } = environmentNamed(loadSpec(repository), args.positionals[0] ?? '');
  const wanted = wantedFrom(environment, repository, imageOf(context));
  const cloud = accessCloud(env, (line) => context.err(`${paint.dim(`  ${sanitize(line)}`)}\n`));
  const say = json ? context.err : context.out;
  say(`${paint.bold(title)} · ${sanitize(environment.name)}\n\n`);
  return { cloud, environment, wanted, repository, by: `${userInfo().username}@${hostname()}` };
}

function imageOf({ args }: Context): OwnImage | undefined {
  const url = args.text('from-image');
  return url === undefined ? undefined : { url, version: args.text('image-version') ?? '' };
}
