import { at, items, mapping, text } from '../../../fields.ts';
import { knownKind } from '../../../kinds.ts';
import type { Json, Manifest } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';
import {
  ingressBackends,
  issuerReferences,
  podReferences,
  pullSecrets,
  tlsEntries,
} from '../../../validate/cluster/references.ts';
import { routesOf } from '../../../validate/cluster/routes.ts';
import { selects } from '../../../validate/cluster/selector.ts';

/** What a relation leads to or comes from. */
export interface End {
  kind: string;
  /** Empty for hosts and for cluster-scoped kinds. */
  namespace: string;
  name: string;
}

export interface Relation {
  from: End;
  to: End;
}

/** What makes the Secret that pods see under this name. */
type SecretMakers = ReadonlyMap<string, Manifest>;

/** How the objects of a tree hang together: hosts, Ingresses, Services, workloads, what those read and store. */
export function relationsOf(cluster: Cluster): Relation[] {
  const end = (manifest: Manifest): End => ({
    kind: knownKind(manifest),
    namespace: cluster.namespaceOf(manifest),
    name: manifest.identity.name,
  });
  const makers = secretMakers(cluster);
  const secret = (namespace: string, name: string): End => {
    const maker = makers.get(`${namespace}/${name}`);
    return maker ? end(maker) : { kind: 'Secret', namespace, name };
  };
  return [
    ...entries(cluster, end, secret),
    ...issuerReferences(cluster).map(({ manifest, kind, name, namespace }) => ({
      from: end(manifest),
      to: { kind, namespace: kind === 'ClusterIssuer' ? '' : namespace, name },
    })),
    ...cluster
      .ofKind('Service')
      .flatMap((service) =>
        cluster.selectedBy(service).map((pod) => ({ from: end(service), to: end(pod.manifest) })),
      ),
    ...cluster.podTemplates.flatMap((pod) => usedBy(pod, end, secret)),
    ...pullSecrets(cluster).map(({ manifest, namespace, name }) => ({
      from: end(manifest),
      to: secret(namespace, name),
    })),
    ...policies(cluster, end),
  ];
}

function secretMakers(cluster: Cluster): SecretMakers {
  const makers = new Map<string, Manifest>();
  const add = (manifest: Manifest, name: Json | undefined) => {
    const id = `${cluster.namespaceOf(manifest)}/${text(name) ?? ''}`;
    if (!makers.has(id)) makers.set(id, manifest);
  };
  for (const manifest of cluster.ofKind('Secret', 'SealedSecret')) add(manifest, manifest.identity.name);
  for (const manifest of cluster.ofKind('ExternalSecret'))
    add(manifest, at(manifest.data, 'spec', 'target', 'name') ?? manifest.identity.name);
  for (const manifest of cluster.ofKind('Certificate'))
    add(manifest, at(manifest.data, 'spec', 'secretName'));
  return makers;
}

function entries(
  cluster: Cluster,
  end: (manifest: Manifest) => End,
  secret: (namespace: string, name: string) => End,
): Relation[] {
  const ingresses = cluster.ofKind('Ingress').flatMap((ingress) => {
    const namespace = cluster.namespaceOf(ingress);
    const hosts = items(at(ingress.data, 'spec', 'rules')).map(({ item }) => text(item.host) ?? 'any host');
    return [
      ...hosts.map((name) => ({ from: host(name), to: end(ingress) })),
      ...ingressBackends(ingress).map(({ service }) => ({
        from: end(ingress),
        to: { kind: 'Service', namespace, name: service },
      })),
      ...tlsEntries(ingress).flatMap(({ secret: name }) =>
        name === undefined ? [] : [{ from: end(ingress), to: secret(namespace, name) }],
      ),
    ];
  });
  const routes = routesOf(cluster)
    .filter(({ manifest }) => knownKind(manifest) === 'IngressRoute')
    .flatMap(({ manifest, label, namespace, service }) => [
      ...hostsIn(label).map((name) => ({ from: host(name), to: end(manifest) })),
      { from: end(manifest), to: { kind: 'Service', namespace, name: service } },
    ]);
  return [...ingresses, ...routes];
}

function host(name: string): End {
  return { kind: 'Host', namespace: '', name };
}

/** The hosts of a rule of Traefik's: ``Host(`a.example`) && PathPrefix(`/`)``. */
function hostsIn(rule: string): string[] {
  return [...rule.matchAll(/\bHost\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/[`"]([^`"]+)[`"]/g)].flatMap(([, name]) => name ?? []),
  );
}

function usedBy(
  pod: PodTemplate,
  end: (manifest: Manifest) => End,
  secret: (namespace: string, name: string) => End,
): Relation[] {
  const { manifest, namespace, spec } = pod;
  const from = end(manifest);
  const account = text(spec.serviceAccountName);
  const claims = items(spec.volumes).flatMap(
    ({ item }) => text(at(item, 'persistentVolumeClaim', 'claimName')) ?? [],
  );
  const templates = items(at(manifest.data, 'spec', 'volumeClaimTemplates')).flatMap(({ item }) => {
    const name = text(at(item, 'metadata', 'name'));
    return name === undefined ? [] : [`${name}-${pod.name}-0…`];
  });
  return [
    ...podReferences(pod).map(({ kind, namespace: own, name }) => ({
      from,
      to: kind === 'Secret' ? secret(own, name) : { kind, namespace: own, name },
    })),
    ...[...claims, ...templates].map((name) => ({
      from,
      to: { kind: 'PersistentVolumeClaim', namespace, name },
    })),
    ...(account === undefined || account === 'default'
      ? []
      : [{ from, to: { kind: 'ServiceAccount', namespace, name: account } }]),
  ];
}

/** Objects that say something about pods without being asked by them. */
function policies(cluster: Cluster, end: (manifest: Manifest) => End): Relation[] {
  const onPods = cluster.ofKind('PodDisruptionBudget', 'NetworkPolicy').flatMap((policy) => {
    const spec = mapping(policy.data.spec);
    const selector = knownKind(policy) === 'NetworkPolicy' ? spec.podSelector : spec.selector;
    return cluster.podTemplates
      .filter(
        ({ namespace, labels }) => namespace === cluster.namespaceOf(policy) && selects(selector, labels),
      )
      .map((pod) => ({ from: end(policy), to: end(pod.manifest) }));
  });
  const scalers = cluster.ofKind('HorizontalPodAutoscaler').flatMap((scaler) => {
    const { kind, name } = mapping(at(scaler.data, 'spec', 'scaleTargetRef'));
    if (typeof kind !== 'string' || typeof name !== 'string') return [];
    return [{ from: end(scaler), to: { kind, namespace: cluster.namespaceOf(scaler), name } }];
  });
  const bindings = cluster.ofKind('RoleBinding', 'ClusterRoleBinding').flatMap((binding) => {
    const own = cluster.namespaceOf(binding);
    const role = mapping(binding.data.roleRef);
    const to = {
      kind: text(role.kind) ?? '',
      namespace: role.kind === 'ClusterRole' ? '' : own,
      name: text(role.name) ?? '',
    };
    const subjects = items(binding.data.subjects)
      .filter(({ item }) => item.kind === 'ServiceAccount')
      .map(({ item }) => ({
        from: end(binding),
        to: {
          kind: 'ServiceAccount',
          namespace: text(item.namespace) ?? own,
          name: text(item.name) ?? '',
        },
      }));
    return [{ from: end(binding), to }, ...subjects];
  });
  const volumes = cluster.ofKind('PersistentVolumeClaim').flatMap((claim) => {
    const name = text(at(claim.data, 'spec', 'volumeName'));
    return name ? [{ from: end(claim), to: { kind: 'PersistentVolume', namespace: '', name } }] : [];
  });
  return [...onPods, ...scalers, ...bindings, ...volumes].filter(({ to }) => to.name !== '');
}
