import { at, items, labelsOf, mapping, text, whole } from '../../fields.ts';
import { knownKind } from '../../kinds.ts';
import type { Json, JsonObject, Manifest, Path } from '../../manifest.ts';
import { nearest } from '../../suggest.ts';

/** A container of a pod template, and where it stands in its manifest. */
export interface Container {
  name: string;
  data: JsonObject;
  path: Path;
  init: boolean;
}

/** What a workload makes pods of. */
export interface PodTemplate {
  manifest: Manifest;
  kind: string;
  name: string;
  namespace: string;
  labels: Record<string, string>;
  spec: JsonObject;
  /** Where the pod's spec stands in its manifest. */
  path: Path;
  containers: Container[];
  /** Number of pods; 1 where the manifest leaves it out. Undefined for DaemonSets and jobs. */
  replicas: number | undefined;
}

const PATHS: Record<string, string[]> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const REPLICATED = ['Deployment', 'StatefulSet', 'ReplicaSet'];

/** The pod template of a workload; undefined for any other kind. */
export function podTemplateOf(manifest: Manifest, namespace: string): PodTemplate | undefined {
  const { name } = manifest.identity;
  const kind = knownKind(manifest);
  const way = Object.hasOwn(PATHS, kind) ? PATHS[kind] : undefined;
  if (!way) return undefined;
  const template = mapping(at(manifest.data, ...way));
  const spec = mapping(template.spec);
  const path = [...way, 'spec'];
  return {
    manifest,
    kind,
    name,
    namespace,
    labels: labelsOf(at(template, 'metadata', 'labels')),
    spec,
    path,
    containers: [
      ...containersOf(spec.initContainers, [...path, 'initContainers'], true),
      ...containersOf(spec.containers, [...path, 'containers'], false),
    ],
    replicas: REPLICATED.includes(kind) ? (whole(at(manifest.data, 'spec', 'replicas')) ?? 1) : undefined,
  };
}

function containersOf(value: Json | undefined, path: Path, init: boolean): Container[] {
  return items(value).map(({ item, index }) => ({
    name: text(item.name) ?? '',
    data: item,
    path: [...path, index],
    init,
  }));
}

/** Whether a container runs beside the others for as long as they do: an init container that is restarted always does too. */
export function runsOn({ init, data }: Container): boolean {
  return !init || data.restartPolicy === 'Always';
}

/** A port that a container or a Service declares. */
export interface Port {
  name: string | undefined;
  number: number | undefined;
}

/** Ports that the containers declare, for targets and probes. */
export function portsOf(containers: readonly Container[]): Port[] {
  return containers.flatMap(({ data }) => portsIn(data.ports, 'containerPort'));
}

/** A list of ports whose numbers stand in this field; those with neither name nor number say nothing. */
export function portsIn(list: Json | undefined, field: 'containerPort' | 'port'): Port[] {
  return items(list)
    .map(({ item }) => ({ name: text(item.name), number: whole(item[field]) }))
    .filter(({ name, number }) => name !== undefined || number !== undefined);
}

/** Whether one of the ports is meant: by its name, or by its number. */
export function hasPort(ports: readonly Port[], wanted: string | number): boolean {
  return ports.some(({ name, number }) => wanted === (typeof wanted === 'string' ? name : number));
}

/** For messages: `8080 (http), 9090`, or `no port`. */
export function listOfPorts(ports: readonly Port[]): string {
  const list = ports.map(({ name, number }) =>
    name !== undefined && number !== undefined ? `${number} (${name})` : String(number ?? name),
  );
  return list.join(', ') || 'no port';
}

/** The port that was probably meant: one of a similar name, else the first. */
export function likelyPort(ports: readonly Port[], wanted: string | number): Port | undefined {
  const names = ports.flatMap(({ name }) => name ?? []);
  const guess = typeof wanted === 'string' ? nearest(wanted, names) : undefined;
  return ports.find(({ name }) => guess !== undefined && name === guess) ?? ports[0];
}
