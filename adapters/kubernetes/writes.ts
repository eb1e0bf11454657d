import { ApiError } from '../../capabilities/ports/api-error.ts';
import {
  type Applied,
  type Cluster,
  FIELD_MANAGER,
  type KubernetesObject,
  type ObjectRef,
  type Resource,
} from '../../capabilities/ports/cluster.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { collectionPath, describeRef, objectPath, query } from './paths.ts';

/** How often a delete is tried that meets a change of the same object. */
const CONFLICTS = 3;

export type Writes = Pick<Cluster, 'apply' | 'create' | 'replace' | 'patch' | 'delete'>;

/**
 * What changes something.
 * @param send Repeats what failed for a moment.
 * @param get Looks what became of an object.
 */
export function kubernetesWrites(
  connection: Connection,
  send: (call: Call) => Promise<Answer>,
  get: Cluster['get'],
): Writes {
  return {
    async apply(resource, object, options = {}): Promise<Applied> {
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
    async patch(ref, steps, options = {}) {
      const parameters = {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        dryRun: options.dryRun ? 'All' : undefined,
      };
      const answer = await send({
        method: 'PATCH',
        path: `${objectPath(ref)}${query(parameters)}`,
        body: JSON.stringify(steps),
        contentType: 'application/json-patch+json',
        what: `patch ${describeRef(ref)}`,
      });
      return JSON.parse(answer.text) as KubernetesObject;
    },
    async delete(ref, { uid, resourceVersion, propagation = 'Background', dryRun }) {
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
  };
}

function refOf(resource: Resource, object: KubernetesObject): ObjectRef {
  const { name, namespace } = (object.metadata ?? {}) as { name?: string; namespace?: string };
  return { resource, namespace: resource.namespaced ? (namespace ?? 'default') : '', name: name ?? '' };
}
