import { ApiError } from '../../capabilities/ports/api-error.ts';
import type {
  Cluster,
  KubernetesObject,
  Listed,
  ObjectRef,
  Resource,
  Selection,
  WatchEvent,
} from '../../capabilities/ports/cluster.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { Discovery } from './discovery.ts';
import { collectionPath, describeRef, objectPath, query, selectionQuery } from './paths.ts';
import type { RetryOptions } from './retry.ts';
import { watchObjects } from './watch.ts';

/** Objects without their content. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
/** Objects in one answer; larger lists come in pieces. */
const PAGE = 500;

export type Reads = Pick<
  Cluster,
  'server' | 'resource' | 'resourceOfKind' | 'get' | 'list' | 'watch' | 'logs'
>;

/** What is asked of the API server and changes nothing. @param send Repeats what failed for a moment. */
export function kubernetesReads(
  connection: Connection,
  send: (call: Call) => Promise<Answer>,
  retry: RetryOptions,
): Reads {
  const json = async (call: Call): Promise<JsonObject> => JSON.parse((await send(call)).text) as JsonObject;
  const discovery = new Discovery(send);

  async function list(resource: Resource, selection: Selection = {}): Promise<Listed> {
    const items: KubernetesObject[] = [];
    const { apiVersion, kind, plural } = resource;
    for (let next: string | undefined; ; ) {
      const parameters = { ...selectionQuery(selection), limit: PAGE, continue: next };
      const path = `${collectionPath(resource, selection.namespace)}${query(parameters)}`;
      const answer = await json({
        method: 'GET',
        path,
        what: `list ${plural}`,
        ...(selection.metadataOnly ? { accept: METADATA } : {}),
      });
      // Items of a list leave out what the list says once.
      for (const item of (answer.items ?? []) as JsonObject[]) items.push({ apiVersion, kind, ...item });
      const metadata = (answer.metadata ?? {}) as { continue?: string; resourceVersion?: string };
      next = metadata.continue;
      if (!next) return { items, resourceVersion: metadata.resourceVersion ?? '' };
    }
  }

  async function get(ref: ObjectRef): Promise<KubernetesObject | undefined> {
    try {
      return await json({ method: 'GET', path: objectPath(ref), what: `get ${describeRef(ref)}` });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  return {
    async server() {
      const { text, date } = await send({ method: 'GET', path: '/version', what: 'ask the version' });
      const time = new Date(date ?? '');
      return {
        version: String((JSON.parse(text) as JsonObject).gitVersion),
        time: Number.isNaN(time.getTime()) ? undefined : time,
      };
    },
    resource: (apiVersion, kind, fresh = false) => discovery.find(apiVersion, kind, fresh),
    resourceOfKind: (group, kind) => discovery.findKind(group, kind),
    get,
    list,
    watch(resource: Resource, selection: Selection, signal: AbortSignal): AsyncIterable<WatchEvent> {
      return watchObjects(connection, () => list(resource, selection), resource, selection, signal, retry);
    },
    async logs(namespace, pod, container, lines, previous = false) {
      const inside = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
      const path = `${inside}${query({ container, tailLines: lines, previous })}`;
      const what = `read the log of ${namespace}/${pod} ${container}`;
      return (await send({ method: 'GET', path, accept: '*/*', what })).text;
    },
  };
}
