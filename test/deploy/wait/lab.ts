import { kubernetesCluster } from '../../../adapters/kubernetes/client.ts';
import { Connection } from '../../../adapters/kubernetes/connection.ts';
import { type WaitFailure, type Waiting, waitUntilReady } from '../../../capabilities/deploy/wait/index.ts';
import type { Cluster, KubernetesObject, Resource } from '../../../capabilities/ports/cluster.ts';
import type { ApiServer } from '../../cluster/api-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';

export const NAMESPACE = 'shop';
/** Milliseconds after which nothing more is to be expected of an API server on this machine. */
const LATE = 60_000;

/** What a wait asked of the cluster. */
export interface Asked {
  lists: string[];
  watches: string[];
  logs: string[];
}

/** A cluster that notes what it is asked. */
function noting(cluster: Cluster): { cluster: Cluster; asked: Asked } {
  const asked: Asked = { lists: [], watches: [], logs: [] };
  return {
    asked,
    cluster: {
      ...cluster,
      list: (resource, selection) => {
        asked.lists.push(describe(resource, selection));
        return cluster.list(resource, selection);
      },
      watch: (resource, selection, signal) => {
        asked.watches.push(describe(resource, selection));
        return cluster.watch(resource, selection, signal);
      },
      logs: (...args) => {
        asked.logs.push(args.join(' '));
        return cluster.logs(...args);
      },
    },
  };
}

function describe({ plural }: Resource, { namespace = '*', fields = '', labels = '' } = {}): string {
  return [plural, namespace, fields, labels].filter((part) => part !== '').join(' ');
}

/** A wait that runs. */
export interface Running {
  failures: Promise<WaitFailure[]>;
  /** `web waiting: its controller has not seen it yet` */
  progress: string[];
  /** Resolves when this was said of an object. */
  said(pattern: RegExp): Promise<void>;
  asked: Asked;
  clock: ManualClock;
  abort: AbortController;
}

/** Objects in a real API server whose status the test writes, as controllers and the kubelet would. */
export class Lab {
  readonly server: ApiServer;
  readonly cluster: Cluster;
  private readonly connection: Connection;
  private readonly running = new Set<AbortController>();

  constructor(server: ApiServer) {
    this.server = server;
    this.connection = new Connection(server.access);
    this.cluster = kubernetesCluster(this.connection, { first: 20 });
  }

  close(): void {
    this.endWaits();
    this.connection.close();
  }

  /** Those of a test that failed would keep their connections. */
  endWaits(): void {
    for (const abort of this.running) abort.abort();
    this.running.clear();
  }

  async prepare(): Promise<void> {
    await this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await this.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: NAMESPACE },
    });
  }

  async resource(apiVersion: string, kind: string): Promise<Resource> {
    const found = await this.cluster.resource(apiVersion, kind, true);
    if (!found) throw new Error(`${apiVersion} ${kind} is not served`);
    return found;
  }

  async create(object: KubernetesObject): Promise<KubernetesObject> {
    return this.cluster.create(await this.resource(String(object.apiVersion), String(object.kind)), object);
  }

  async apply(object: KubernetesObject): Promise<KubernetesObject> {
    const resource = await this.resource(String(object.apiVersion), String(object.kind));
    return (await this.cluster.apply(resource, object, { force: true })).object;
  }

  /** As a controller writes it: the whole status. */
  async status(object: KubernetesObject, status: KubernetesObject): Promise<void> {
    await this.patch(object, { status }, '/status');
  }

  async patch(object: KubernetesObject, change: KubernetesObject, sub = ''): Promise<void> {
    const answer = await this.server.call(
      'PATCH',
      `${await this.pathOf(object)}${sub}`,
      JSON.stringify(change),
      'application/merge-patch+json',
    );
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  async remove(object: KubernetesObject): Promise<void> {
    const answer = await this.server.call(
      'DELETE',
      `${await this.pathOf(object)}?gracePeriodSeconds=0&propagationPolicy=Background`,
    );
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  /** What an engine knows of an object that it applied. */
  async waiting(object: KubernetesObject): Promise<Waiting> {
    const { name, namespace = '', uid, generation } = metadataOf(object);
    const resource = await this.resource(String(object.apiVersion), String(object.kind));
    return {
      ref: { resource, namespace, name },
      ...(uid === undefined ? {} : { uid }),
      ...(generation === undefined ? {} : { generation }),
    };
  }

  wait(objects: readonly Waiting[], timeout = 60_000, over: Cluster = this.cluster): Running {
    const { cluster, asked } = noting(over);
    const [clock, abort, progress] = [new ManualClock(), new AbortController(), [] as string[]];
    this.running.add(abort);
    const listeners = new Set<() => void>();
    const failures = waitUntilReady(
      {
        objects,
        timeout,
        signal: abort.signal,
        onProgress({ name }, { state, message }) {
          progress.push(message === '' ? `${name} ${state}` : `${name} ${state}: ${message}`);
          for (const listener of listeners) listener();
        },
      },
      cluster,
      clock,
    );
    // A test that fails earlier has said why.
    failures.catch(() => undefined);
    const said = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => progress.some((line) => pattern.test(line)) && resolve();
        listeners.add(look);
        look();
        const late = () => reject(new Error(`never said ${pattern}: ${JSON.stringify(progress)}`));
        setTimeout(late, LATE).unref();
        failures.then(
          (found) => reject(new Error(`ended before ${pattern}: ${JSON.stringify({ found, progress })}`)),
          reject,
        );
      });
    return { failures, progress, said, asked, clock, abort };
  }

  private async pathOf(object: KubernetesObject): Promise<string> {
    const { name, namespace } = metadataOf(object);
    const { plural } = await this.resource(String(object.apiVersion), String(object.kind));
    const version = String(object.apiVersion);
    const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
    return `${root}${namespace ? `/namespaces/${namespace}` : ''}/${plural}/${name}`;
  }
}

export function metadataOf(object: KubernetesObject) {
  return object.metadata as { name: string; namespace?: string; uid?: string; generation?: number };
}

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'web', image }] },
});

export const deployment = (name: string, image = 'shop:1'): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: NAMESPACE },
  spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: template(image) },
});

/** The status of a Deployment of one pod that is rolled out. */
export const rolledOut = (observedGeneration: number): KubernetesObject => ({
  observedGeneration,
  replicas: 1,
  updatedReplicas: 1,
  readyReplicas: 1,
  availableReplicas: 1,
});

export const ownedBy = (owner: KubernetesObject) => [
  {
    apiVersion: String(owner.apiVersion),
    kind: String(owner.kind),
    name: metadataOf(owner).name,
    uid: metadataOf(owner).uid ?? '',
    controller: true,
  },
];

export const replicaSet = (owner: KubernetesObject, hash: string, revision: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `${metadataOf(owner).name}-${hash}`,
    namespace: NAMESPACE,
    labels: { app: 'web', 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: ownedBy(owner),
  },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
    template: {
      metadata: { labels: { app: 'web', 'pod-template-hash': hash } },
      spec: { containers: [{ name: 'web', image: 'shop:1' }] },
    },
  },
});

export const pod = (
  owner: KubernetesObject,
  name: string,
  labels: Record<string, string> = {},
  spec: KubernetesObject = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: NAMESPACE,
    labels: { app: 'web', ...labels },
    ownerReferences: ownedBy(owner),
  },
  spec: { ...template('shop:1').spec, ...spec },
});

/** As a kubelet writes it of a pod with one container. */
export const containerStatus = (state: KubernetesObject, more: KubernetesObject = {}): KubernetesObject => ({
  phase: 'Pending',
  conditions: [
    { type: 'PodScheduled', status: 'True' },
    {
      type: 'Ready',
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [web]',
    },
  ],
  containerStatuses: [
    {
      name: 'web',
      image: 'shop:1',
      imageID: '',
      ready: false,
      restartCount: 0,
      started: false,
      state,
      lastState: {},
      ...more,
    },
  ],
});
