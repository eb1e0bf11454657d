import { UserError } from '../../../../generator/errors.ts';
import { recordName, zoneOf } from '../../../../generator/provision/dns.ts';
import { addressTag, environmentTag, keyBody } from '../../../../generator/provision/naming.ts';
import { isMarked } from '../../../../generator/provision/plan/obstacles.ts';
import type { Step } from '../../../../generator/provision/plan/plan.ts';
import { wantedIn } from '../../../../generator/provision/plan/plan.ts';
import { CloudError } from '../../../ports/cloud-error.ts';
import { type Run, until } from '../run.ts';
import { madeOrFound, needed } from './made-or-found.ts';

const MINUTE = 60_000;

/** @returns the id of the VPC */
export async function createVpc(run: Run): Promise<string> {
  const { cloud, plan, state } = run;
  const { app, environment, name, region } = wantedIn(plan);
  const description = environmentTag(app, environment);
  const vpc = await madeOrFound(
    run,
    () => cloud.createVpc({ name, region, description }),
    async () =>
      (await cloud.vpcs()).find((each) => each.name === name && isMarked(each.description, description)),
  );
  state.vpc = vpc.id;
  return vpc.id;
}

/** A VPC is empty only a while after its last droplet is gone. @returns empty */
export async function deleteVpc(run: Run, { id, name }: Step): Promise<string> {
  let gone = false;
  await until(run, {
    what: `the VPC ${name} to be empty`,
    limit: 5 * MINUTE,
    look: async () => (gone ? 'done' : 'act'),
    async act() {
      await run.cloud.deleteVpc(String(id));
      gone = true;
      return undefined;
    },
  });
  return '';
}

/** The tag comes first: a firewall of a tag that does not exist is refused. @returns the id of the firewall */
export async function createFirewall(run: Run): Promise<string> {
  const { cloud, plan } = run;
  const { name, tag, firewall } = wantedIn(plan);
  await cloud.createTag(tag);
  const made = await madeOrFound(
    run,
    () => cloud.createFirewall({ name, tag, ...firewall }),
    async () => (await cloud.firewalls()).find((each) => each.name === name && each.tags.includes(tag)),
  );
  return made.id;
}

/** Sets its rules and its tag anew. @returns empty */
export async function updateFirewall({ cloud, plan }: Run, { id }: Step): Promise<string> {
  const { name, tag, firewall } = wantedIn(plan);
  await cloud.updateFirewall(String(id), { name, tag, ...firewall });
  return '';
}

/** @returns the id of the SSH key */
export async function createKey(run: Run, { name }: Step): Promise<string> {
  const { cloud, plan, state } = run;
  const { key } = needed(
    wantedIn(plan).sshKeys.find((each) => each.name === name),
    name,
  );
  const made = await madeOrFound(
    run,
    () => cloud.createSshKey({ name, publicKey: key }),
    async () => (await cloud.sshKeys()).find(({ publicKey }) => keyBody(publicKey) === key),
  );
  state.keys.add(made.id);
  return String(made.id);
}

/** A new address leads to its droplet from its first moment, and is then remembered. @returns the address */
export async function createAddress(run: Run): Promise<string> {
  const { cloud, clock, plan, state, signal } = run;
  const { id } = needed(state.droplet, 'droplet');
  const leading = async () => (await cloud.reservedIps()).find(({ droplet }) => droplet === id);
  let address = await leading();
  for (let tried = 0; !address; tried++) {
    try {
      address = await cloud.createReservedIp(id);
    } catch (error) {
      if (!(error instanceof CloudError) || !error.busy || tried >= 20) throw error;
      await clock.sleep(5_000, signal);
      address = await leading();
    }
  }
  state.address = address.ip;
  await cloud.createTag(addressTag(plan.app, plan.environment, address.ip));
  await assign(run, address.ip, id);
  return address.ip;
}

/** Leads the address to the droplet of this run. @returns `leads to 17` */
export async function assignAddress(run: Run): Promise<string> {
  const { cloud, plan, state } = run;
  const { id } = needed(state.droplet, 'droplet');
  const ip = needed(state.address, 'address');
  await cloud.createTag(addressTag(plan.app, plan.environment, ip));
  await assign(run, ip, id);
  run.hooks?.onAddress?.();
  return `leads to ${id}`;
}

function assign(run: Run, ip: string, droplet: number): Promise<void> {
  const { cloud } = run;
  return until(run, {
    what: `the address ${ip} to lead to droplet ${droplet}`,
    limit: 5 * MINUTE,
    async look() {
      const address = await cloud.reservedIp(ip);
      if (!address)
        throw new UserError({
          message: `the address ${ip} is gone from the account`,
          remedy: 'Run it again: a new one is made then.',
        });
      if (address.droplet === droplet && !address.locked) return 'done';
      return address.locked ? 'wait' : 'act';
    },
    act: () => cloud.assignReservedIp(ip, droplet),
  });
}

/** @returns `A 203.0.113.7` */
export async function createRecord({ cloud, observed, state }: Run, { name: host }: Step): Promise<string> {
  const zone = needed(zoneOf(host, observed.zones), host);
  const data = needed(state.address, 'address');
  await cloud.createRecord(zone, { type: 'A', name: recordName(host, zone), data });
  return `A ${data}`;
}

/** @returns empty */
export async function deleteRecord({ cloud, observed }: Run, { name: host, id }: Step): Promise<string> {
  await cloud.deleteRecord(needed(zoneOf(host, observed.zones), host), Number(id));
  return '';
}
