import { at, items, labelsOf, mapping, text } from '../../fields.ts';
import { knownKind, namespaceOf } from '../../kinds.ts';
import type { JsonObject, Manifest } from '../../manifest.ts';
import { type PodTemplate, podTemplateOf } from './pod-template.ts';
import { includesAll } from './selector.ts';

/** What a rule may know about the machine the manifests will run on. */
export interface ClusterContext {
  /** Number of nodes; 1 unless told otherwise. */
  nodes: number;
}

/** All objects that one environment applies together, with the look-ups that rules share. */
export interface Cluster {
  manifests: readonly Manifest[];
  context: ClusterContext;
  ofKind(...kinds: string[]): readonly Manifest[];
  /** By kind, namespace (empty for cluster-scoped kinds) and name. */
  find(kind: string, namespace: string, name: string): Manifest | undefined;
  namespaceOf: typeof namespaceOf;
  podTemplates: readonly PodTemplate[];
  /** Pod templates whose pods a Service sends requests to. */
  selectedBy(service: Manifest): readonly PodTemplate[];
  /** Names in a namespace, for suggestions. */
  names(kind: string, namespace: string): string[];
  /** Keys of a Secret as pods will find it; undefined when nothing makes that Secret, `any` when they are not known. */
  secretKeys(namespace: string, name: string): ReadonlySet<string> | 'any' | undefined;
  secretNames(namespace: string): string[];
  /** Name of a HelmChart that installs into a namespace: what it makes there is not among the manifests. */
  chartInto(namespace: string): string | undefined;
}

/** Builds the index once for all rules. `manifests` may have any shape. */
export function buildCluster(manifests: readonly Manifest[], context: ClusterContext): Cluster {
  const byKind = new Map<string, Manifest[]>();
  const byName = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const { name } = manifest.identity;
    const kind = knownKind(manifest);
    const same = byKind.get(kind);
    if (same) same.push(manifest);
    else byKind.set(kind, [manifest]);
    byName.set(`${kind}/${namespaceOf(manifest)}/${name}`, manifest);
  }
  const ofKind = (...kinds: string[]) => kinds.flatMap((kind) => byKind.get(kind) ?? []);
  const podTemplates = manifests.flatMap((manifest) => podTemplateOf(manifest, namespaceOf(manifest)) ?? []);
  const secrets = secretsOf(manifests);
  const charts = new Map(
    ofKind('HelmChart').map((chart) => [
      text(at(chart.data, 'spec', 'targetNamespace')) ?? namespaceOf(chart),
      chart.identity.name,
    ]),
  );
  return {
    manifests,
    context,
    ofKind,
    find: (kind, namespace, name) => byName.get(`${kind}/${namespace}/${name}`),
    namespaceOf,
    podTemplates,
    selectedBy(service) {
      const selector = labelsOf(at(service.data, 'spec', 'selector'));
      const namespace = namespaceOf(service);
      if (Object.keys(selector).length === 0) return [];
      return podTemplates.filter((pod) => pod.namespace === namespace && includesAll(pod.labels, selector));
    },
    names: (kind, namespace) =>
      (byKind.get(kind) ?? [])
        .filter((each) => namespaceOf(each) === namespace)
        .map(({ identity }) => identity.name),
    secretKeys: (namespace, name) => secrets.get(`${namespace}/${name}`),
    secretNames: (namespace) =>
      [...secrets.keys()]
        .filter((key) => key.startsWith(`${namespace}/`))
        .map((key) => key.slice(namespace.length + 1)),
    chartInto: (namespace) => charts.get(namespace),
  };
}

function secretsOf(manifests: readonly Manifest[]) {
  const secrets = new Map<string, Set<string> | 'any'>();
  const add = (namespace: string, name: string, keys: JsonObject[] | 'any') => {
    const id = `${namespace}/${name}`;
    const known = secrets.get(id);
    if (keys === 'any' || known === 'any') secrets.set(id, 'any');
    else secrets.set(id, new Set([...(known ?? []), ...keys.flatMap((object) => Object.keys(object))]));
  };
  for (const manifest of manifests) {
    const { name } = manifest.identity;
    const kind = knownKind(manifest);
    const namespace = namespaceOf(manifest);
    const { data } = manifest;
    if (kind === 'Secret') {
      // A token that Kubernetes fills in has no data in git.
      if (data.type === 'kubernetes.io/service-account-token') add(namespace, name, 'any');
      else add(namespace, name, [mapping(data.data), mapping(data.stringData)]);
    }
    if (kind === 'SealedSecret') {
      const spec = mapping(data.spec);
      // The Secret has the SealedSecret's own name, whatever its template says. The old form, one blob, hides its keys.
      if (text(spec.data) !== undefined) add(namespace, name, 'any');
      else add(namespace, name, [mapping(spec.encryptedData), mapping(at(spec, 'template', 'data'))]);
    }
    if (kind === 'ExternalSecret') add(namespace, text(at(data, 'spec', 'target', 'name')) ?? name, 'any');
    if (kind === 'Certificate') add(namespace, text(at(data, 'spec', 'secretName')) ?? '', 'any');
    if (kind === 'Ingress' && hasIssuer(data)) {
      for (const { item } of items(at(data, 'spec', 'tls')))
        add(namespace, text(item.secretName) ?? '', 'any');
    }
  }
  return secrets;
}

function hasIssuer(ingress: JsonObject): boolean {
  const annotations = labelsOf(at(ingress, 'metadata', 'annotations'));
  return ['cert-manager.io/cluster-issuer', 'cert-manager.io/issuer', 'kubernetes.io/tls-acme'].some(
    (key) => annotations[key] !== undefined,
  );
}
