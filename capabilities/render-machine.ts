import { UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import { parseDropletFacts } from '../generator/host/droplet-facts.ts';
import { hostFile } from '../generator/host/host-file.ts';
import { userData } from '../generator/provision/user-data/user-data.ts';
import type { Environment } from '../generator/spec/environment.ts';
import { isGenerated } from '../generator/tree/header.ts';
import { dropletPath, hostPath, userDataPath } from '../generator/tree/paths.ts';
import type { TreeFile } from '../generator/tree/plan.ts';

/**
 * What is rendered about the machine of an environment, from the spec and from what provisioning has found out.
 * @throws UserError for a droplet.json that cannot be read, and for a host.json that somebody wrote by hand
 */
export function machineFiles(environment: Environment, files: Pick<Files, 'read'>): TreeFile[] {
  const { name } = environment;
  const [droplet, host] = [dropletPath(name), hostPath(name)];
  const known = files.read(droplet);
  const facts = known === undefined ? undefined : parseDropletFacts(droplet, known);
  const there = files.read(host);
  if (there !== undefined && !isGenerated(there))
    throw new UserError({
      place: { file: host, line: 1, column: 1 },
      message: 'this was written by hand, and is rendered from lunchbox.yaml and droplet.json',
      remedy: `Move \`address\`, \`port\` and \`user\` into ${droplet}, remove this file, and render again.`,
    });
  return [
    { path: hostPath(name), text: hostFile(environment, facts) },
    { path: userDataPath(name), text: userData(environment) },
  ];
}
