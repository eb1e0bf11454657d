import type { Resource } from '../../capabilities/ports/cluster.ts';
import type { Answer, Call } from './connection.ts';

/** Everything that a server serves, in two requests instead of one for each group. */
const AGGREGATED = 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList';

/** What a server serves, asked once; asked again when told to. */
export class Discovery {
  private readonly send: (call: Call) => Promise<Answer>;
  private known: Promise<Served> | undefined;

  constructor(send: (call: Call) => Promise<Answer>) {
    this.send = send;
  }

  async find(apiVersion: string, kind: string, fresh: boolean): Promise<Resource | undefined> {
    return (await this.served(fresh)).byVersion.get(`${apiVersion}/${kind}`);
  }

  /** Of several versions the one that the server names first: the one it prefers. */
  async findKind(group: string, kind: string): Promise<Resource | undefined> {
    return (await this.served(false)).byGroup.get(`${group}/${kind}`);
  }

  private served(fresh: boolean): Promise<Served> {
    if (fresh || this.known === undefined) {
      this.known = this.ask();
      // A failure is not an answer to remember.
      this.known.catch(() => {
        this.known = undefined;
      });
    }
    return this.known;
  }

  private async ask(): Promise<Served> {
    const served: Served = { byVersion: new Map(), byGroup: new Map() };
    for (const path of ['/api', '/apis']) {
      const call: Call = { method: 'GET', path, accept: AGGREGATED, what: 'ask what the API server serves' };
      const { text } = await this.send(call);
      for (const { metadata, versions = [] } of (JSON.parse(text) as Groups).items ?? [])
        for (const { version, resources = [] } of versions)
          for (const { resource, responseKind, scope, verbs = [] } of resources) {
            const apiVersion = metadata?.name ? `${metadata.name}/${version}` : version;
            const { kind } = responseKind;
            const found = {
              apiVersion,
              kind,
              plural: resource,
              namespaced: scope === 'Namespaced',
              verbs,
            };
            served.byVersion.set(`${apiVersion}/${kind}`, found);
            const inGroup = `${metadata?.name ?? ''}/${kind}`;
            if (!served.byGroup.has(inGroup)) served.byGroup.set(inGroup, found);
          }
    }
    return served;
  }
}

interface Served {
  /** `apps/v1/Deployment` */
  byVersion: Map<string, Resource>;
  /** `apps/Deployment` */
  byGroup: Map<string, Resource>;
}

/** APIGroupDiscoveryList of apidiscovery.k8s.io/v2, as far as it is read. */
interface Groups {
  items?: {
    metadata?: { name?: string };
    versions?: {
      version: string;
      resources?: { resource: string; responseKind: { kind: string }; scope: string; verbs?: string[] }[];
    }[];
  }[];
}
