import { ApiError } from '../../capabilities/ports/api-error.ts';
import {
  type Applied,
  type ApplyOptions,
  type Cluster,
  type DeleteOptions,
  FIELD_MANAGER,
  type KubernetesObject,
  type Listed,
  type ObjectRef,
  type PatchOptions,
  type Resource,
  type Selection,
  type WatchEvent,
} from '../../capabilities/ports/cluster.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { Discovery } from './discovery.ts';
import { collectionPath, describeRef, objectPath, query, selectionQuery } from './paths.ts';
import { type RetryOptions, retrying } from './retry.ts';
import { watchObjects } from './watch.ts';

/** How often a delete is tried that meets a change of the same object. */
const CONFLICTS = 3;
/** Objects without their content. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
/** Objects in one answer; larger lists come in pieces. */
const PAGE = 500;

/** The Kubernetes API, byte for byte: what a manifest holds is sent, what the server holds is returned. */
export function kubernetesCluster(connection: Connection, options: RetryOptions = {}): Cluster {
  const retry = { ...options, answered: () => connection.answered, signal: connection.closed };
  // Everything that is asked here can be asked twice: reads, applying the same object, whole fields, deleting one by its uid.
  const send = (call: Call): Promise<Answer> => retrying(() => connection.send(call), retry);
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
    async apply(resource, object, options: ApplyOptions = {}): Promise<Applied> {
      const ref = refOf(resource, object);
      const parameters = {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        dryRun: options.dryRun ? 'All' : undefined,
        force: options.force,
      };
      const answer = await send({
        method: 'PATCH',
        path: `${objectPath(ref)}${query(parameters)}`,
        // JSON is YAML, too.
        body: JSON.stringify(object),
        contentType: 'application/apply-patch+yaml',
        what: `apply ${describeRef(ref)}`,
      });
      return { object: JSON.parse(answer.text) as KubernetesObject, warnings: answer.warnings };
    },
    async create(resource, object) {
      const ref = refOf(resource, object);
      const { namespace } = ref;
      // Not asked twice: an answer that was lost may have been a yes.
      const answer = await connection.send({
        method: 'POST',
        path: `${collectionPath(resource, namespace)}${query({ fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' })}`,
        body: JSON.stringify(object),
        what: `create ${describeRef(ref)}`,
      });
      return JSON.parse(answer.text) as KubernetesObject;
    },
    async replace(resource, object) {
      const ref = refOf(resource, object);
      const answer = await connection.send({
        method: 'PUT',
        path: `${objectPath(ref)}${query({ fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' })}`,
        body: JSON.stringify(object),
        what: `replace ${describeRef(ref)}`,
      });
      return JSON.parse(answer.text) as KubernetesObject;
    },
    async patch(ref, steps, options: PatchOptions = {}) {
      const parameters = {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        dryRun: options.dryRun ? 'All' : undefined,
      };
      return json({
        method: 'PATCH',
        path: `${objectPath(ref)}${query(parameters)}`,
        body: JSON.stringify(steps),
        contentType: 'application/json-patch+json',
        what: `patch ${describeRef(ref)}`,
      });
    },
    async delete(ref, { uid, resourceVersion, propagation = 'Background', dryRun }: DeleteOptions) {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
        propagationPolicy: propagation,
        ...(dryRun ? { dryRun: ['All'] } : {}),
      };
      const call: Call = {
        method: 'DELETE',
        path: objectPath(ref),
        body: JSON.stringify(body),
        what: `delete ${describeRef(ref)}`,
      };
      for (let attempt = 1; ; attempt++) {
        try {
          await send(call);
          return 'deleted';
        } catch (error) {
          if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 409)) throw error;
          if (error.status === 404) return 'gone';
          // An object of the same name that is not the one that was meant; or the very one, just being changed.
          const there = await get(ref);
          const metadata = there?.metadata as JsonObject | undefined;
          if (metadata?.uid !== uid) return 'gone';
          if (resourceVersion !== undefined && metadata.resourceVersion !== resourceVersion) return 'gone';
          if (attempt >= CONFLICTS) throw error;
        }
      }
    },
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

function refOf(resource: Resource, object: KubernetesObject): ObjectRef {
  const { name, namespace } = (object.metadata ?? {}) as { name?: string; namespace?: string };
  return { resource, namespace: resource.namespaced ? (namespace ?? 'default') : '', name: name ?? '' };
}
