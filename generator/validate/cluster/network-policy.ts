import { at, items, labelsOf, mapping, text, texts, whole } from '../../fields.ts';
import type { Json, Manifest } from '../../manifest.ts';
import type { Cluster } from './cluster.ts';
import { selects } from './selector.ts';

/** A pod as NetworkPolicies see it. */
export interface Target {
  namespace: string;
  labels: Readonly<Record<string, string>>;
  port: number;
  /** Name of the container port, for policies that name it. */
  portName?: string | undefined;
}

/** k3s' Traefik, which all requests from outside come through: the labels its chart gives it, an address in k3s' pod network. */
const TRAEFIK = {
  namespace: 'kube-system',
  labels: {
    'app.kubernetes.io/name': 'traefik',
    'app.kubernetes.io/instance': 'traefik-kube-system',
    'app.kubernetes.io/managed-by': 'Helm',
  },
  address: '10.42.0.1',
};

/** Whether Traefik serves an Ingress (or a solver) of this class; it is k3s' default class. */
export function isTraefiksClass(name: string | undefined): boolean {
  return name === undefined || name === TRAEFIK.labels['app.kubernetes.io/name'];
}

/** The policies that keep Traefik from reaching a pod; empty when it can. */
export function policiesAgainstTraefik(cluster: Cluster, target: Target): Manifest[] {
  const policies = cluster
    .ofKind('NetworkPolicy')
    .filter(
      (policy) =>
        cluster.namespaceOf(policy) === target.namespace &&
        restrictsIngress(policy) &&
        selects(at(policy.data, 'spec', 'podSelector') ?? {}, target.labels),
    );
  const open = policies.some((policy) =>
    items(at(policy.data, 'spec', 'ingress')).some(({ item }) => allows(cluster, item, target)),
  );
  return open ? [] : policies;
}

function restrictsIngress(policy: Manifest): boolean {
  const types = texts(at(policy.data, 'spec', 'policyTypes'));
  return types.length === 0 || types.includes('Ingress');
}

function allows(cluster: Cluster, rule: Readonly<Record<string, Json>>, target: Target): boolean {
  const ports = items(rule.ports);
  const peers = items(rule.from);
  const portOpen = ports.length === 0 || ports.some(({ item }) => portMatches(item, target));
  return portOpen && (peers.length === 0 || peers.some(({ item }) => isTraefik(cluster, item, target)));
}

function portMatches(port: Readonly<Record<string, Json>>, target: Target): boolean {
  if ((text(port.protocol) ?? 'TCP') !== 'TCP') return false;
  const number = whole(port.port);
  if (number === undefined)
    return port.port === undefined || port.port === null || port.port === target.portName;
  const end = whole(port.endPort) ?? number;
  return target.port >= number && target.port <= end;
}

function isTraefik(cluster: Cluster, peer: Readonly<Record<string, Json>>, target: Target): boolean {
  if (peer.ipBlock) {
    const { cidr, except } = mapping(peer.ipBlock);
    return (
      contains(text(cidr), TRAEFIK.address) &&
      !texts(except).some((range) => contains(range, TRAEFIK.address))
    );
  }
  if (peer.podSelector && !selects(peer.podSelector, TRAEFIK.labels)) return false;
  if (!peer.namespaceSelector) return target.namespace === TRAEFIK.namespace;
  const namespace = cluster.find('Namespace', '', TRAEFIK.namespace);
  const labels = {
    ...labelsOf(at(namespace?.data, 'metadata', 'labels')),
    'kubernetes.io/metadata.name': TRAEFIK.namespace,
  };
  return selects(peer.namespaceSelector, labels);
}

/** Whether an IPv4 range holds an address. */
function contains(cidr: string | undefined, address: string): boolean {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr ?? '');
  if (!match) return false;
  const bits = Number(match[2]);
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return (numberOf(match[1] ?? '') & mask) >>> 0 === (numberOf(address) & mask) >>> 0;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}
