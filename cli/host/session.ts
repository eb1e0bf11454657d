import { randomBytes } from 'node:crypto';
import { hostJson } from '../../adapters/cluster-access.ts';
import { untilInterrupted } from '../../adapters/interruption.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { ask } from '../../adapters/prober/ask.ts';
import { openRemote } from '../../adapters/ssh/remote.ts';
import type { AppTarget, HostContext } from '../../capabilities/host/context.ts';
import type { Interruptible } from '../../capabilities/interrupted.ts';
import { loadSpec, type Repository } from '../../capabilities/repository.ts';
import { readHost } from '../../generator/deploy/host.ts';
import { publicHosts } from '../../generator/deploy/public-hosts.ts';
import { formatEvent } from '../../generator/host/format/text.ts';
import { readMachineFacts } from '../../generator/host/machine-facts.ts';
import { sanitize } from '../../generator/sanitize.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { manifestsFolder } from '../../generator/tree/paths.ts';
import { isManifestFile, readManifests } from '../../generator/validate/read-manifests.ts';
import { type Context, openRepository } from '../context.ts';
import { readNamed } from '../deploy/session.ts';
import { operatorKey } from './operator-key.ts';

/** Milliseconds. */
export const MINUTE = 60_000;

export interface HostSession {
  host: HostContext;
  environment: Environment;
  root: string;
}

/**
 * The machine of the environment that a command names, reached as its operator.
 * @param what Is told when somebody interrupts it.
 */
export async function onHost<T>(
  title: string,
  what: Interruptible,
  context: Context,
  work: (session: HostSession) => Promise<T>,
): Promise<T> {
  const { args, paint, json } = context;
  const repository = openRepository(context);
  const { environment } = environmentNamed(loadSpec(repository), args.positionals[0] ?? '');
  const say = json ? context.err : context.out;
  const folder = `clusters/${environment.name}`;
  const [named, knownHosts] = [args.text('host'), args.text('known-hosts')];
  const committed = repository.files.read(`${folder}/host.json`);
  const {
    address,
    port,
    user,
    knownHosts: pinned,
  } = readHost(environment.name, (path) => {
    if (named !== undefined && path === `${folder}/host.json`) return hostJson(named);
    if (knownHosts !== undefined && path === `${folder}/known_hosts`) return readNamed(knownHosts, context);
    return repository.files.read(path);
  });
  const remote = openRemote({
    host: address,
    port,
    // The user in host.json is the one of deliveries.
    user: named?.includes('@') ? user : 'root',
    knownHosts: pinned,
    key: operatorKey(context),
  });
  const interruption = untilInterrupted(what);
  say(`${paint.bold(title)} · ${sanitize(environment.name)} · ${sanitize(address)}\n`);
  try {
    return await work({
      environment,
      root: repository.root,
      host: {
        environment: environment.name,
        facts: readMachineFacts(committed),
        remote,
        ask,
        targets: targetsOf(environment, repository, address),
        clock: nodeClock,
        id: randomBytes(8).toString('hex'),
        report: (event) => say(formatEvent(event, paint)),
        signal: interruption.signal,
      },
    });
  } finally {
    interruption.end();
  }
}

/** The public hosts, asked at this very machine, wherever DNS leads; where there is none, its ingress controller. */
function targetsOf({ name }: Environment, { files }: Repository, address: string): AppTarget[] {
  const texts = files
    .list(manifestsFolder(name))
    .filter((path) => isManifestFile(path))
    .map((path) => ({ path, text: files.read(path) ?? '' }));
  const hosts = publicHosts(readManifests(texts).manifests).map(({ url, trusted }): AppTarget => {
    const port = url.startsWith('https:') ? 443 : 80;
    return { url, via: { host: address, port }, insecure: !trusted };
  });
  const bare = address.includes(':') ? `[${address}]` : address;
  return hosts.length > 0 ? hosts : [{ url: `http://${bare}/`, anyAnswer: true }];
}
