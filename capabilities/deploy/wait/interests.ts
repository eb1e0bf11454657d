import type { Cluster, Resource, Selection } from '../../ports/cluster.ts';
import type { Waiting } from './contract.ts';

/** What has to be known of one kind. */
export interface Interest {
  resource: Resource;
  selection: Selection;
}

/** Kinds whose pods say early that they will not get ready. */
const WITH_PODS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'HelmChart']);

/** One list for each kind and namespace of the objects; the jobs of charts are looked at with them. */
export async function looksAt(objects: readonly Waiting[], cluster: Cluster): Promise<Interest[]> {
  const places = new Map<string, Interest & { names: Set<string> }>();
  const add = (resource: Resource, namespace: string, name: string) => {
    const key = `${kindOf(resource)} ${namespace}`;
    const place = places.get(key) ?? {
      resource,
      selection: namespace === '' ? {} : { namespace },
      names: new Set<string>(),
    };
    places.set(key, place);
    place.names.add(name);
  };
  for (const { ref } of objects) add(ref.resource, ref.namespace, ref.name);
  const jobs = objects.some(isChart) ? await cluster.resource('batch/v1', 'Job') : undefined;
  if (jobs) for (const { ref } of objects.filter(isChart)) add(jobs, ref.namespace, '');
  return [...places.values()].map(({ resource, selection, names }) => ({
    resource,
    selection: narrowed(selection, names),
  }));
}

/** One watch for each kind: of one namespace when all of them are there, and of one object when it is the only one. */
export async function watchesFor(objects: readonly Waiting[], cluster: Cluster): Promise<Interest[]> {
  const kinds = new Map<string, { resource: Resource; namespaces: Set<string>; names: Set<string> }>();
  const add = (resource: Resource, namespace: string, name: string) => {
    const kind = kinds.get(kindOf(resource)) ?? { resource, namespaces: new Set(), names: new Set() };
    kinds.set(kindOf(resource), kind);
    kind.namespaces.add(namespace);
    kind.names.add(name);
  };
  const jobs = objects.some(isChart) ? await cluster.resource('batch/v1', 'Job') : undefined;
  const pods = objects.some(hasPods) ? await cluster.resource('v1', 'Pod') : undefined;
  for (const waiting of objects) {
    const { resource, namespace, name } = waiting.ref;
    add(resource, namespace, name);
    if (jobs && isChart(waiting)) add(jobs, namespace, '');
    if (pods && hasPods(waiting)) add(pods, namespace, '');
  }
  return [...kinds.values()].map(({ resource, namespaces, names }) => {
    const [namespace = ''] = namespaces;
    const one = namespaces.size === 1;
    return { resource, selection: one ? narrowed(namespace === '' ? {} : { namespace }, names) : {} };
  });
}

/** An empty name stands for one that is not known. */
function narrowed(selection: Selection, names: ReadonlySet<string>): Selection {
  const [name = ''] = names;
  return names.size === 1 && name !== '' ? { ...selection, fields: `metadata.name=${name}` } : selection;
}

export function isChart({ ref: { resource } }: Waiting): boolean {
  return resource.kind === 'HelmChart' && resource.apiVersion.startsWith('helm.cattle.io/');
}

function hasPods({ ref: { resource } }: Waiting): boolean {
  return WITH_PODS.has(resource.kind) && /^(?:apps|batch|helm\.cattle\.io)\//.test(resource.apiVersion);
}

export function kindOf({ apiVersion, kind }: Pick<Resource, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}
