import { digitalOcean } from '../../adapters/digitalocean/cloud.ts';
import type { Clock } from '../../capabilities/ports/clock.ts';
import type { Cloud } from '../../capabilities/ports/cloud.ts';
import { type ApplyRequest, applyProvision } from '../../capabilities/provision/cloud/apply.ts';
import { destroyProvision } from '../../capabilities/provision/cloud/destroy.ts';
import type { MachineHooks } from '../../capabilities/provision/cloud/run.ts';
import type { ProvisionEvent } from '../../generator/provision/events.ts';
import type { Wanted } from '../../generator/provision/wanted.ts';
import { wantedOf } from '../../generator/provision/wanted.ts';
import { environmentNamed, readSpec } from '../../generator/spec/read-spec.ts';
import { type FakeDigitalOcean, startDigitalOcean, TOKEN } from './fake/server.ts';

export const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVrXgZxFTKBsnJUvAtxUv2cM1V0hAOcMHmUsHsPBL5e me@laptop';
export const OTHER_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOb2yOvNfBIvLYn2JvxV2MKa3GU/RoTRLyZ5sG9YUTXh you@desk';
export const USER_DATA = '#cloud-config\npackage_update: false\n';

/** Time that passes only while somebody sleeps. */
export interface VirtualClock extends Clock {
  time: number;
}

export function virtualClock(): VirtualClock {
  const clock: VirtualClock = {
    time: Date.UTC(2026, 10, 27, 12),
    now: () => new Date(clock.time),
    async sleep(milliseconds, signal) {
      if (signal?.aborted) return;
      clock.time += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return clock;
}

export interface Lab {
  fake: FakeDigitalOcean;
  clock: VirtualClock;
  cloud: Cloud;
  /** How often each hook was called, with which droplet. */
  calls: string[];
  events: ProvisionEvent[];
  hooks: MachineHooks;
  /** Another process: nothing that went before is known to it. */
  apply(
    wanted: Wanted,
    more?: Partial<ApplyRequest & { hooks: MachineHooks; signal: AbortSignal }>,
  ): ReturnType<typeof applyProvision>;
  destroy(wanted: Wanted, withData: boolean): ReturnType<typeof destroyProvision>;
}

/** An account of its own, with time of its own. */
export async function startLab({ timeout = 150 }: { timeout?: number } = {}): Promise<Lab> {
  const clock = virtualClock();
  const fake = await startDigitalOcean(() => clock.time);
  fake.world.zones = ['shop.example', 'example'];
  const cloud = digitalOcean({ token: TOKEN, endpoint: fake.endpoint, clock, random: () => 0.5, timeout });
  const calls: string[] = [];
  const events: ProvisionEvent[] = [];
  let runs = 0;
  const hooks: MachineHooks = {
    birth: async () => ({ userData: `${USER_DATA}# run ${runs}\n`, tags: [`lunchbox-key:key${runs}`] }),
    onDroplet: async ({ droplet }) => {
      calls.push(`set up ${droplet.id}`);
    },
    onMoved: async ({ droplet }) => {
      calls.push(`moved ${droplet.id}`);
    },
  };
  const ports = () => ({
    cloud,
    clock,
    signal: new AbortController().signal,
    report: (event: ProvisionEvent) => void events.push(event),
  });
  return {
    fake,
    clock,
    cloud,
    calls,
    events,
    hooks,
    apply: (wanted, { hooks: other, signal, ...more } = {}) =>
      applyProvision(
        { wanted, id: `run${++runs}x`, by: `test ${runs}`, ...more },
        { ...ports(), hooks: other ?? hooks, ...(signal ? { signal } : {}) },
      ),
    destroy: (wanted, withData) =>
      destroyProvision({ wanted, withData, id: `run${++runs}x`, by: `test ${runs}` }, ports()),
  };
}

/** What the environment `prod` of a spec wants. @param droplet Lines below `droplet:`, in flow style */
export function wantedFrom(
  droplet = '',
  options: Partial<Parameters<typeof wantedOf>[1]> & { key?: string } = {},
) {
  const { key = KEY, ...rest } = options;
  const text = [
    'app: shop',
    'image: ghcr.io/acme/shop',
    'workloads: { web: { port: 8080, health: /healthz } }',
    `tls: { email: ops@shop.example }`,
    `droplet: { ssh: { operators: [${JSON.stringify(key)}] }${droplet ? `, ${droplet}` : ''} }`,
    'environments: { prod: { hosts: [shop.example, www.shop.example] } }',
    '',
  ].join('\n');
  return wantedOf(environmentOf(text), { userData: USER_DATA, ...rest });
}

function environmentOf(text: string) {
  return environmentNamed(
    readSpec('lunchbox.yaml', text, () => undefined),
    'prod',
  );
}
