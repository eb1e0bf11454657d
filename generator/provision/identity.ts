import { resourceName } from '../resource-name.ts';
import type { Environment } from '../spec/environment.ts';
import { environmentTag } from './naming.ts';
import type { Wanted } from './wanted.ts';

/** What an environment is called in an account, and where it is: enough to look at it, and to remove it. */
export interface Identity {
  app: string;
  environment: string;
  /** Of every resource but the project. */
  name: string;
  tag: string;
  region: string;
  /** Public names that lead to the address. */
  hosts: string[];
  /** What a droplet is made of; left out where none is going to be made. */
  image?: Wanted['image'];
}

/** Refuses nothing: what could not be made any more can still be there. */
export function identityOf({ app, name: environment, droplet, hosts }: Environment): Identity {
  return {
    app,
    environment,
    name: resourceName(app, environment),
    tag: environmentTag(app, environment),
    region: droplet.region,
    hosts: hosts.map(({ host }) => host),
  };
}
