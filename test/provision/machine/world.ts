import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ageEncrypt } from '../../../adapters/age/encrypt.ts';
import { openRemote } from '../../../adapters/ssh/remote.ts';
import { tcpKnock } from '../../../adapters/tcp-knock.ts';
import type { MachinePorts, MachineRequest } from '../../../capabilities/provision/machine/index.ts';
import { prepareMachine, refreshEscrow } from '../../../capabilities/provision/machine/index.ts';
import type { Files } from '../../../generator/files.ts';
import type { MachineEvent } from '../../../generator/provision/machine/stages.ts';
import { hostKeyFrom } from '../../../generator/provision/user-data/host-key.ts';
import { imageUserData, userData } from '../../../generator/provision/user-data/user-data.ts';
import { withHostKey } from '../../../generator/provision/user-data/with-host-key.ts';
import { createKeyPair, type KeyPair as SealingPair } from '../../../generator/seal/key-pair.ts';
import type { Environment } from '../../../generator/spec/environment.ts';
import { type KeyPair, makeKey } from '../../ssh/sshd.ts';
import { fastClock } from '../../support/fast-clock.ts';
import { environmentWith } from '../user-data/environment.ts';
import { type Machine, type MachineOptions, playable, startMachine } from './machine.ts';

const HELM_CHART = `apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: sealed-secrets, namespace: kube-system }
spec: { chart: sealed-secrets, targetNamespace: sealed-secrets }
`;
const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata: { name: sealed-secrets, labels: { pod-security.kubernetes.io/enforce: restricted } }
`;
const SEALED = `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: shop, namespace: shop }
spec: { encryptedData: { a: AgB } }
`;

/** An operator, a repository, and a droplet that was just made. */
export interface World {
  machine: Machine;
  operator: KeyPair;
  environment: Environment;
  /** Path -> text of the repository. */
  repository: Map<string, string>;
  sealing: SealingPair;
  events: MachineEvent[];
  /** Public keys that are kept for the next run, newest last. */
  pinned: string[][];
  request(more?: Partial<MachineRequest>): MachineRequest;
  prepare(
    request?: Partial<MachineRequest>,
    ports?: Partial<MachinePorts>,
  ): ReturnType<typeof prepareMachine>;
  /** Looks at a machine that serves, and writes its escrow. */
  refresh(request?: Partial<MachineRequest>): ReturnType<typeof refreshEscrow>;
  stop(): Promise<void>;
}

export async function startWorld(
  options: Partial<MachineOptions> = {},
  { escrow = [] }: { escrow?: readonly string[] } = {},
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-operator-'));
  const operator = makeKey(folder, 'operator');
  const environment = environmentWith(JSON.stringify({ ssh: { operators: [operator.publicKey] }, escrow }));
  const key = hostKeyFrom(randomBytes(32));
  const fromImage = options.system === 'nixos';
  const text = fromImage ? imageUserData(environment) : userData(environment);
  const sent = withHostKey('clusters/prod/user-data.yaml', text, key);
  const machine = await startMachine({
    userData: fromImage ? sent : playable(sent),
    ...options,
  });
  const sealing = await createKeyPair({ commonName: 'test', now: new Date(), modulusLength: 2048 });
  const repository = new Map([
    ['flake.nix', '{ }\n'],
    ['flake.lock', '{}\n'],
    ['nixos/host.nix', '{ }\n'],
    ['nixos/backup/now.sh', '#!/bin/sh\n'],
    ['clusters/prod/sealing.crt', sealing.certificate],
    ['clusters/prod/manifests/platform/helmchart-sealed-secrets.yaml', HELM_CHART],
    ['clusters/prod/manifests/platform/namespace-sealed-secrets.yaml', NAMESPACE],
    ['clusters/prod/manifests/app/sealedsecret-shop.yaml', SEALED],
  ]);
  const files: Files = {
    read: (path) => repository.get(path),
    list: (below) => [...repository.keys()].filter((path) => path.startsWith(`${below}/`)).sort(),
    apply({ write, remove }) {
      for (const [path, text] of write) repository.set(path, text);
      for (const path of remove) repository.delete(path);
    },
  };
  const ports: MachinePorts = {
    openRemote,
    clock: fastClock(20),
    knock: tcpKnock,
    encrypt: ageEncrypt,
    files,
    report: (event) => world.events.push(event),
    pin: async (keys) => {
      world.pinned.push([...keys]);
    },
  };
  const world: World = {
    machine,
    operator,
    environment,
    repository,
    sealing,
    events: [],
    pinned: [[key.publicKey]],
    request: (more = {}) => ({
      environment,
      host: machine.address,
      address: '203.0.113.7',
      dropletId: 123,
      hostKeys: world.pinned.at(-1) ?? [],
      key: { file: operator.file },
      sealingKey: { name: 'sealing.key', text: sealing.privateKey },
      ...more,
    }),
    prepare: (request = {}, more = {}) => prepareMachine(world.request(request), { ...ports, ...more }),
    refresh: (request = {}) => refreshEscrow(world.request(request), ports),
    async stop() {
      await machine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}
