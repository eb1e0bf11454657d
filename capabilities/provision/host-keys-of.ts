import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import type { Droplet } from '../../generator/provision/resources.ts';
import { keyOfTag } from '../../generator/provision/user-data/host-key.ts';
import { dropletPath, knownHostsPath } from '../../generator/tree/paths.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Machine } from './cloud/run.ts';
import { HostKeys } from './host-keys.ts';

/** The host keys of a droplet that serves users. @throws UserError when its tags do not tell them */
export function toldKeys({ id, tags }: Droplet, environment: string, cloud: Cloud): HostKeys {
  const known = tags.flatMap((tag) => keyOfTag(tag) ?? []);
  if (known.length > 0) return new HostKeys(known, cloud);
  throw new UserError({
    message: `droplet ${id} serves users, has no tag with its host key, and is not known here: nobody could tell it from another machine`,
    remedy: `Write its address into ${dropletPath(environment)} and its host key, as the console shows it, into ${knownHostsPath(environment)}, or fetch the commit that has them.`,
  });
}

/** The host keys of a droplet that is being set up. @throws UserError when its tags do not tell them */
export function knownKeys({ droplet }: Machine, cloud: Cloud): HostKeys {
  const known = droplet.tags.flatMap((tag) => keyOfTag(tag) ?? []);
  if (known.length > 0) return new HostKeys(known, cloud);
  throw new UserError({
    message: `droplet ${droplet.id} has no tag with its host key: nobody could tell it from another machine`,
    remedy: 'Remove the droplet, and run this again: it is made anew. Its volume and its address stay.',
  });
}

/** What the repository pins for the address of a droplet: `ssh-ed25519 AAAA…`. */
export function pinnedKeys(path: string, files: Files, { address }: Machine): string[] {
  return (files.read(path) ?? '').split('\n').flatMap((line) => {
    const [name, type, key] = line.trim().split(/\s+/);
    return name === address?.toLowerCase() && key !== undefined ? [`${type} ${key}`] : [];
  });
}
