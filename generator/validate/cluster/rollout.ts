import type { Json } from '../../manifest.ts';
import { at, items, labelsOf, mapping, text, whole } from './fields.ts';
import type { Cluster } from './cluster.ts';
import type { PodTemplate } from './pod-template.ts';
import { selects } from './selector.ts';

/** A number, or per cent of `total` rounded as Kubernetes rounds: surge up, unavailable down. */
export function resolveCount(value: Json | undefined, total: number, round: 'up' | 'down'): number | undefined {
  const number = whole(value);
  if (number !== undefined) return number;
  const percent = /^(\d+)%$/.exec(text(value) ?? '')?.[1];
  if (percent === undefined) return undefined;
  const exact = (Number(percent) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

export interface RollingUpdate {
  surge: number;
  unavailable: number;
}

/** How a Deployment replaces its pods; undefined when it ends all of them first (Recreate). Kubernetes' defaults filled in. */
export function rollingUpdate(pod: PodTemplate): RollingUpdate | undefined {
  const strategy = mapping(at(pod.manifest.data, 'spec', 'strategy'));
  if (strategy.type === 'Recreate') return undefined;
  const { maxSurge = '25%', maxUnavailable = '25%' } = mapping(strategy.rollingUpdate);
  const replicas = pod.replicas ?? 1;
  const surge = resolveCount(maxSurge, replicas, 'up') ?? 1;
  const unavailable = resolveCount(maxUnavailable, replicas, 'down') ?? 0;
  // Both zero would never move: Kubernetes then takes one away.
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable };
}

/** Fewest pods that a workload ever has: an autoscaler's minimum counts before `replicas`. */
export function fewestReplicas(cluster: Cluster, pod: PodTemplate): number | undefined {
  for (const scaler of cluster.ofKind('HorizontalPodAutoscaler')) {
    const target = mapping(at(scaler.data, 'spec', 'scaleTargetRef'));
    if (target.kind !== pod.kind || target.name !== pod.name || cluster.namespaceOf(scaler) !== pod.namespace) continue;
    return whole(at(scaler.data, 'spec', 'minReplicas')) ?? 1;
  }
  return pod.replicas;
}

/** Services that send requests to a workload's pods. */
export function servicesOf(cluster: Cluster, pod: PodTemplate): string[] {
  return cluster
    .ofKind('Service')
    .filter((service) => cluster.selectedBy(service).includes(pod))
    .map((service) => service.identity.name);
}

/** Whether a required anti-affinity keeps a workload's own pods off each other's node. */
export function keepsApart(pod: PodTemplate): boolean {
  const required = at(pod.spec, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return items(required).some(
    ({ item }) => item.topologyKey === 'kubernetes.io/hostname' && selects(item.labelSelector, labelsOf(pod.labels)),
  );
}
