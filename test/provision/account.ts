import { type FakeDigitalOcean, startDigitalOcean, TOKEN } from '../digitalocean/fake/server.ts';
import type { FakeDroplet } from '../digitalocean/fake/world.ts';
import { type Machine, type Mode, playable, startMachine } from './machine/machine.ts';

/** An account whose droplets are machines: real sshds in networks of their own. */
export interface Account {
  fake: FakeDigitalOcean;
  /** For a process that provisions in it. */
  env: { DIGITALOCEAN_TOKEN: string; DIGITALOCEAN_API_URL: string };
  /** Of the droplets that there are, oldest first. */
  machines(): Machine[];
  /** How the next machines are. */
  modes: Mode[];
  stop(): Promise<void>;
}

/** Quicker than in the wild, but that an order can be seen. Milliseconds. */
const PACE = { boot: 1_500, action: 500, destroy: 500, listed: 300, image: 2_000 };

export async function startAccount(): Promise<Account> {
  const fake = await startDigitalOcean(Date.now, PACE);
  const machines = new Map<number, Promise<Machine>>();
  const running: Machine[] = [];
  const stopping: Promise<void>[] = [];
  const account: Account = {
    fake,
    env: { DIGITALOCEAN_TOKEN: TOKEN, DIGITALOCEAN_API_URL: fake.endpoint },
    machines: () => [...running],
    modes: [],
    async stop() {
      await fake.close();
      await Promise.all(stopping);
      await Promise.all([...machines.values()].map(async (machine) => (await machine).stop()));
    },
  };
  fake.world.players = {
    async start(droplet) {
      const machine = startMachine(optionsFor(droplet, fake, account.modes));
      machines.set(droplet.id, machine);
      running.push(await machine);
      return (await machine).address;
    },
    stop(droplet) {
      const machine = machines.get(droplet.id);
      machines.delete(droplet.id);
      if (!machine) return;
      stopping.push(
        machine.then((started) => {
          running.splice(running.indexOf(started), 1);
          return started.stop();
        }),
      );
    },
  };
  return account;
}

function optionsFor({ userData, sshKeys, image }: FakeDroplet, { world }: FakeDigitalOcean, modes: Mode[]) {
  const own = world.images.some(({ id }) => id === image);
  return {
    // One of an image has nothing to convert.
    userData: own ? userData : playable(userData),
    accountKeys: world.keys.filter(({ id }) => sshKeys.includes(id)).map(({ publicKey }) => publicKey),
    system: own ? ('nixos' as const) : ('ubuntu' as const),
    modes,
  };
}
