import type { PatchStep } from '../../generator/deploy/json-patch.ts';
import type { JsonObject } from '../../generator/manifest.ts';

/** As whom Lunchbox owns fields. */
export const FIELD_MANAGER = 'lunchbox';

/** An object as the API sends and takes it: nothing is converted, nothing dropped. */
export type KubernetesObject = JsonObject;

/** A kind as the API serves it. */
export interface Resource {
  /** `apps/v1`; `v1` for Kubernetes' core. */
  apiVersion: string;
  kind: string;
  /** As in paths: `deployments`. */
  plural: string;
  namespaced: boolean;
  verbs: readonly string[];
}

/** What names one object. */
export interface ObjectRef {
  resource: Resource;
  /** Empty for cluster-scoped kinds. */
  namespace: string;
  name: string;
}

export interface Applied {
  object: KubernetesObject;
  /** What the server wants to be read: deprecated versions, fields that do nothing. */
  warnings: string[];
}

export interface ApplyOptions {
  /** Everything is checked, and nothing is kept. */
  dryRun?: boolean;
  /** Takes fields over from other managers; never by default. */
  force?: boolean;
}

export interface PatchOptions {
  /** Everything is checked, and nothing is kept. */
  dryRun?: boolean;
}

export interface DeleteOptions {
  /** Only this very object, not one of the same name that was made since. */
  uid: string;
  /** Only as it was when it was of that version. */
  resourceVersion?: string;
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  dryRun?: boolean;
}

/** One thing that happened to an object. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubernetesObject;
}

export interface Listed {
  items: KubernetesObject[];
  /** From where a watch goes on. */
  resourceVersion: string;
}

export interface Selection {
  /** All namespaces if left out. */
  namespace?: string;
  labels?: string;
  fields?: string;
  /** Names, labels and annotations alone: of Secrets, nothing secret is transferred. */
  metadataOnly?: boolean;
}

export interface ServerInfo {
  /** `v1.35.8+k3s1`. */
  version: string;
  /** The server's time when it answered; undefined when it did not say. */
  time: Date | undefined;
}

/** The API of a Kubernetes cluster. Every call may throw an `ApiError`. */
export interface Cluster {
  server(): Promise<ServerInfo>;
  /** Undefined when the server does not serve that kind. @param fresh Asks anew, because a CRD was just made. */
  resource(apiVersion: string, kind: string, fresh?: boolean): Promise<Resource | undefined>;
  /** The version of a kind that the server prefers; undefined when it serves none. The group of the core is empty. */
  resourceOfKind(group: string, kind: string): Promise<Resource | undefined>;
  /** Undefined when there is no such object. */
  get(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  list(resource: Resource, selection?: Selection): Promise<Listed>;
  /** Server-side apply as the field manager `lunchbox`, with unknown fields refused. */
  apply(resource: Resource, object: KubernetesObject, options?: ApplyOptions): Promise<Applied>;
  /** Makes an object that must not be there yet. @throws ApiError `AlreadyExists` */
  create(resource: Resource, object: KubernetesObject): Promise<KubernetesObject>;
  /** Writes an object in the place of the one of its `resourceVersion`. @throws ApiError `Conflict` when that is another by now */
  replace(resource: Resource, object: KubernetesObject): Promise<KubernetesObject>;
  /**
   * Changes an object step by step: all of them or none. With its `resourceVersion` among them, only the object of that
   * version. @throws ApiError `Conflict` when that is another by now
   */
  patch(ref: ObjectRef, steps: readonly PatchStep[], options?: PatchOptions): Promise<KubernetesObject>;
  /** `gone`: it was not there any more, or is another one by now, or of another version than asked for. */
  delete(ref: ObjectRef, options: DeleteOptions): Promise<'deleted' | 'gone'>;
  /** Follows changes until the signal says stop; goes on by itself when the connection ends. */
  watch(resource: Resource, selection: Selection, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** The last lines of a container. */
  logs(namespace: string, pod: string, container: string, lines: number, previous?: boolean): Promise<string>;
}
