import { at, items, labelsOf, mapping, text, texts } from '../../fields.ts';
import type { Json, Manifest, Path } from '../../manifest.ts';
import type { Cluster } from './cluster.ts';
import type { PodTemplate } from './pod-template.ts';

/** A field that names a Secret or ConfigMap, and perhaps a key in it. */
export interface Reference {
  kind: 'Secret' | 'ConfigMap';
  manifest: Manifest;
  namespace: string;
  name: string;
  /** Undefined when the whole object is meant. */
  key?: string;
  at: Path;
}

/** Every reference that must be there for a pod to start; those marked `optional` are left out. */
export function podReferences(pod: PodTemplate): Reference[] {
  const { manifest, namespace } = pod;
  const found: Reference[] = [];
  const add = (
    kind: Reference['kind'],
    source: Json | undefined,
    path: Path,
    nameField = 'name',
    wholeObject = false,
  ) => {
    const object = mapping(source);
    const name = text(object[nameField]);
    if (name === undefined || object.optional === true) return;
    const key = wholeObject ? undefined : text(object.key);
    found.push({ kind, manifest, namespace, name, at: path, ...(key === undefined ? {} : { key }) });
    for (const { item, index } of items(object.items)) {
      const itemKey = text(item.key);
      if (itemKey !== undefined)
        found.push({ kind, manifest, namespace, name, key: itemKey, at: [...path, 'items', index] });
    }
  };
  for (const container of pod.containers) {
    for (const { item, index } of items(container.data.env)) {
      const path = [...container.path, 'env', index, 'valueFrom'];
      const from = mapping(item.valueFrom);
      if (from.secretKeyRef) add('Secret', from.secretKeyRef, [...path, 'secretKeyRef']);
      if (from.configMapKeyRef) add('ConfigMap', from.configMapKeyRef, [...path, 'configMapKeyRef']);
    }
    for (const { item, index } of items(container.data.envFrom)) {
      const path = [...container.path, 'envFrom', index];
      if (item.secretRef) add('Secret', item.secretRef, [...path, 'secretRef'], 'name', true);
      if (item.configMapRef) add('ConfigMap', item.configMapRef, [...path, 'configMapRef'], 'name', true);
    }
  }
  for (const { item, index } of items(pod.spec.volumes)) {
    const path = [...pod.path, 'volumes', index];
    if (item.secret) add('Secret', item.secret, [...path, 'secret'], 'secretName', true);
    if (item.configMap) add('ConfigMap', item.configMap, [...path, 'configMap'], 'name', true);
    for (const { item: source, index: position } of items(at(item, 'projected', 'sources'))) {
      const inner = [...path, 'projected', 'sources', position];
      if (source.secret) add('Secret', source.secret, [...inner, 'secret'], 'name', true);
      if (source.configMap) add('ConfigMap', source.configMap, [...inner, 'configMap'], 'name', true);
    }
  }
  for (const { item, index } of items(pod.spec.imagePullSecrets)) {
    add('Secret', item, [...pod.path, 'imagePullSecrets', index], 'name', true);
  }
  return found;
}

/** The Secrets by which a ServiceAccount lets its pods pull images. */
export function pullSecrets(cluster: Cluster): Reference[] {
  return cluster.ofKind('ServiceAccount').flatMap((manifest) =>
    items(manifest.data.imagePullSecrets).flatMap(({ item, index }): Reference[] => {
      const name = text(item.name);
      if (name === undefined) return [];
      return [
        {
          kind: 'Secret',
          manifest,
          namespace: cluster.namespaceOf(manifest),
          name,
          at: ['imagePullSecrets', index],
        },
      ];
    }),
  );
}

/** Every Service that an Ingress sends requests to, and the port it asks for. */
export interface Backend {
  service: string;
  port: string | number | undefined;
  at: Path;
}

/** Backends of an Ingress: those of its paths, and its default one. */
export function ingressBackends(ingress: Manifest): Backend[] {
  const spec = mapping(ingress.data.spec);
  const backend = (value: Json | undefined, path: Path): Backend[] => {
    const service = mapping(at(value, 'service'));
    const name = text(service.name);
    const { number, name: portName } = mapping(service.port);
    const port = typeof number === 'number' ? number : text(portName);
    return name === undefined ? [] : [{ service: name, port, at: [...path, 'service'] }];
  };
  return [
    ...backend(spec.defaultBackend, ['spec', 'defaultBackend']),
    ...items(spec.rules).flatMap(({ item: rule, index }) =>
      items(at(rule, 'http', 'paths')).flatMap(({ item, index: position }) =>
        backend(item.backend, ['spec', 'rules', index, 'http', 'paths', position, 'backend']),
      ),
    ),
  ];
}

/** The cert-manager issuer that an Ingress or Certificate asks for. */
export interface IssuerReference {
  manifest: Manifest;
  kind: 'ClusterIssuer' | 'Issuer';
  name: string;
  /** Namespace that the certificate, and so the challenge's solver, lands in. */
  namespace: string;
  at: Path;
}

const ISSUER = 'cert-manager.io/issuer';

/** All issuers that Ingresses and Certificates ask; those of somebody else's group are not ours to look up. */
export function issuerReferences(cluster: Cluster): IssuerReference[] {
  const found: IssuerReference[] = [];
  for (const manifest of cluster.ofKind('Ingress')) {
    const annotations = labelsOf(at(manifest.data, 'metadata', 'annotations'));
    const namespace = cluster.namespaceOf(manifest);
    const group = annotations['cert-manager.io/issuer-group'] ?? 'cert-manager.io';
    const kindOfIssuer = annotations['cert-manager.io/issuer-kind'] ?? 'Issuer';
    for (const [key, kind] of [
      ['cert-manager.io/cluster-issuer', 'ClusterIssuer'],
      [ISSUER, kindOfIssuer],
    ] as const) {
      const name = annotations[key];
      if (name === undefined || group !== 'cert-manager.io' || !isIssuerKind(kind)) continue;
      found.push({ manifest, kind, name, namespace, at: ['metadata', 'annotations', key] });
    }
  }
  for (const manifest of cluster.ofKind('Certificate')) {
    const {
      kind = 'Issuer',
      name,
      group = 'cert-manager.io',
    } = mapping(at(manifest.data, 'spec', 'issuerRef'));
    if (typeof name !== 'string' || group !== 'cert-manager.io' || !isIssuerKind(kind)) continue;
    found.push({
      manifest,
      kind,
      name,
      namespace: cluster.namespaceOf(manifest),
      at: ['spec', 'issuerRef', 'name'],
    });
  }
  return found;
}

function isIssuerKind(kind: Json): kind is IssuerReference['kind'] {
  return kind === 'Issuer' || kind === 'ClusterIssuer';
}

/** The `tls` entries of an Ingress: hosts, and the Secret that holds their certificate. */
export function tlsEntries(ingress: Manifest): { hosts: string[]; secret: string | undefined; at: Path }[] {
  return items(at(ingress.data, 'spec', 'tls')).map(({ item, index }) => ({
    hosts: texts(item.hosts),
    secret: text(item.secretName),
    at: ['spec', 'tls', index],
  }));
}
