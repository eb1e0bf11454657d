import type { Resource } from '../../capabilities/ports/cluster.ts';
import type { Answer, Call } from './connection.ts';

/** Everything that a server serves, in two requests instead of one for each group. */
const AGGREGATED = 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList';

/** What a server serves, asked once; asked again when told to. */
export class Discovery {
  private readonly send: (call: Call) => Promise<Answer>;
  private known: Promise<Map<string, Resource>> | undefined;

  constructor(send: (call: Call) => Promise<Answer>) {
    this.send = send;
  }

  async find(apiVersion: string, kind: string, fresh: boolean): Promise<Resource | undefined> {
    if (fresh || this.known === undefined) {
      this.known = this.ask();
      // A failure is not an answer to remember.
      this.known.catch(() => {
        this.known = undefined;
      });
    }
    return (await this.known).get(`${apiVersion}/${kind}`);
  }

  private async ask(): Promise<Map<string, Resource>> {
    const found = new Map<string, Resource>();
    for (const path of ['/api', '/apis']) {
      const call: Call = { method: 'GET', path, accept: AGGREGATED, what: 'ask what the API server serves' };
      const { text } = await this.send(call);
      for (const { metadata, versions = [] } of (JSON.parse(text) as Groups).items ?? [])
        for (const { version, resources = [] } of versions)
          for (const { resource, responseKind, scope, verbs = [] } of resources) {
            const apiVersion = metadata?.name ? `${metadata.name}/${version}` : version;
            const { kind } = responseKind;
            found.set(`${apiVersion}/${kind}`, {
              apiVersion,
              kind,
              plural: resource,
              namespaced: scope === 'Namespaced',
              verbs,
            });
          }
    }
    return found;
  }
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
