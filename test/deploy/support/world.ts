import { randomUUID } from 'node:crypto';
import { kubernetesCluster } from '../../../adapters/kubernetes/client.ts';
import { Connection } from '../../../adapters/kubernetes/connection.ts';
import { nodeClock } from '../../../adapters/node-clock.ts';
import { type DeliverPorts, type DeliverRequest, deliver } from '../../../capabilities/deploy/deliver.ts';
import { StateStore } from '../../../capabilities/deploy/state/store.ts';
import { type DesiredTree, readTree } from '../../../capabilities/deploy/tree.ts';
import type { Cluster } from '../../../capabilities/ports/cluster.ts';
import type { DeliveryEvent, DeliveryOutcome } from '../../../generator/deploy/events.ts';
import { formatEvent, formatOutcome } from '../../../generator/deploy/format/text.ts';
import type { Files } from '../../../generator/files.ts';
import { PLAIN } from '../../../generator/validate/formats/text.ts';
import type { ApiServer } from '../../cluster/api-server.ts';

/** Texts as the files of a repository. */
function memoryFiles(texts: Readonly<Record<string, string>>): Files {
  const paths = Object.keys(texts).sort();
  return {
    read: (path) => texts[path],
    list: (folder) => paths.filter((path) => path.startsWith(`${folder}/`)),
    apply: () => {
      throw new Error('not to be written to');
    },
  };
}

/** A tree of these manifests: YAML documents. */
export function treeOf(
  documents: readonly string[],
  { app = 'shop', environment = 'prod', revision = '' }: Partial<DesiredTree> = {},
): DesiredTree {
  const texts = Object.fromEntries(
    documents.map((text, index) => [
      `clusters/${environment}/manifests/${String(index).padStart(3, '0')}.yaml`,
      text,
    ]),
  );
  return readTree(memoryFiles(texts), { app, environment, revision });
}

/** One call to the API that may change something. */
export interface Write {
  verb: 'apply' | 'create' | 'replace' | 'patch' | 'delete';
  subject: string;
}

export interface Delivered {
  outcome: DeliveryOutcome;
  events: DeliveryEvent[];
  /** What a person sees. */
  text: string;
  /** What was written, in order. */
  writes: Write[];
  reads: number;
}

/** Deliveries to a real API server, as the engine makes them; all calls are seen. */
export class World {
  readonly cluster: Cluster;
  private readonly connection: Connection;

  constructor(server: Pick<ApiServer, 'access'>) {
    this.connection = new Connection(server.access);
    this.cluster = kubernetesCluster(this.connection, { first: 20 });
  }

  close(): void {
    this.connection.close();
  }

  store(app = 'shop', environment = 'prod'): StateStore {
    return new StateStore(app, environment, this.cluster, nodeClock);
  }

  async deliver(
    tree: DesiredTree,
    request: Partial<DeliverRequest> = {},
    ports: Partial<DeliverPorts> = {},
  ): Promise<Delivered> {
    const events: DeliveryEvent[] = [];
    const { cluster, writes, count } = watched(ports.cluster ?? this.cluster);
    const outcome = await deliver(
      {
        tree,
        by: 'a test',
        holder: randomUUID(),
        planOnly: false,
        expectDigest: undefined,
        allowRemovals: [],
        takeOver: [],
        allowOlder: false,
        sealingKey: undefined,
        timeout: 60_000,
        ...request,
      },
      {
        clock: nodeClock,
        git: undefined,
        probe: undefined,
        validate: async () => [],
        signal: new AbortController().signal,
        report: (event) => events.push(event),
        ...ports,
        cluster,
      },
    );
    const text = events.map((event) => formatEvent(event, PLAIN)).join('') + formatOutcome(outcome, PLAIN);
    return { outcome, events, text, writes, reads: count.reads };
  }
}

/** A cluster that notes what is asked of it. */
function watched(cluster: Cluster): { cluster: Cluster; writes: Write[]; count: { reads: number } } {
  const writes: Write[] = [];
  const count = { reads: 0 };
  const nameOf = (kind: string, metadata: unknown) => {
    const { namespace, name } = metadata as { namespace?: string; name: string };
    return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
  };
  const read = <T>(call: Promise<T>): Promise<T> => {
    count.reads++;
    return call;
  };
  return {
    writes,
    count,
    cluster: {
      ...cluster,
      server: () => read(cluster.server()),
      get: (ref) => read(cluster.get(ref)),
      list: (...args) => read(cluster.list(...args)),
      apply(resource, object, options) {
        if (!options?.dryRun) writes.push({ verb: 'apply', subject: nameOf(resource.kind, object.metadata) });
        else count.reads++;
        return cluster.apply(resource, object, options);
      },
      create(resource, object) {
        writes.push({ verb: 'create', subject: nameOf(resource.kind, object.metadata) });
        return cluster.create(resource, object);
      },
      replace(resource, object) {
        writes.push({ verb: 'replace', subject: nameOf(resource.kind, object.metadata) });
        return cluster.replace(resource, object);
      },
      patch(ref, steps, options) {
        if (!options?.dryRun) writes.push({ verb: 'patch', subject: nameOf(ref.resource.kind, ref) });
        else count.reads++;
        return cluster.patch(ref, steps, options);
      },
      delete(ref, options) {
        writes.push({ verb: 'delete', subject: nameOf(ref.resource.kind, ref) });
        return cluster.delete(ref, options);
      },
    },
  };
}
