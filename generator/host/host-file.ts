import { resourceName } from '../resource-name.ts';
import type { Droplet, Environment } from '../spec/environment.ts';
import type { DropletFacts } from './droplet-facts.ts';

/** The release of NixOS whose data formats a new machine starts with. It never changes for a machine that is there. */
export const STATE_VERSION = '26.05';
/** Where the data volume is mounted. */
const DATA_MOUNT = '/srv/data';

/**
 * `clusters/<env>/host.json`: what NixOS' modules and deliveries read about the machine. Keys that do not apply are
 * left out.
 * @param facts Undefined until the environment has been provisioned; there is no address then.
 */
export function hostFile(environment: Environment, facts: DropletFacts | undefined): string {
  const { droplet } = environment;
  const { address, port, user, interfaces, gateway4, gateway6, nameservers } = facts ?? {};
  const file = {
    ...given({ address, port, user }),
    hostName: resourceName(environment.app, environment.name),
    stateVersion: STATE_VERSION,
    role: 'server',
    operators: droplet.ssh.operators,
    deploy: droplet.ssh.deploy,
    sshFrom: droplet.ssh.from,
    ...(interfaces === undefined
      ? {}
      : { network: { interfaces, ...given({ gateway4, gateway6, nameservers }) } }),
    ...volumeOf(droplet, environment),
    ...(droplet.backups === undefined ? {} : { backups: droplet.backups }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function volumeOf({ volume }: Droplet, environment: Environment) {
  return volume === 'none'
    ? {}
    : { volume: { name: resourceName(environment.app, environment.name), mountPoint: DATA_MOUNT } };
}

function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
