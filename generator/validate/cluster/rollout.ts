import { at, mapping, text, whole } from '../../fields.ts';
import type { Json, Manifest } from '../../manifest.ts';
import type { Cluster } from './cluster.ts';
import type { PodTemplate } from './pod-template.ts';

/** A number, or per cent of `total` rounded as Kubernetes rounds: surge up, unavailable down. */
export function resolveCount(
  value: Json | undefined,
  total: number,
  round: 'up' | 'down',
): number | undefined {
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

/**
 * How a Deployment of so many pods replaces them; undefined when it ends all of them first (Recreate). Kubernetes'
 * defaults filled in.
 */
export function rollingUpdate(pod: PodTemplate, replicas = pod.replicas ?? 1): RollingUpdate | undefined {
  const strategy = mapping(at(pod.manifest.data, 'spec', 'strategy'));
  if (strategy.type === 'Recreate') return undefined;
  const { maxSurge = '25%', maxUnavailable = '25%' } = mapping(strategy.rollingUpdate);
  const surge = resolveCount(maxSurge, replicas, 'up') ?? 1;
  const unavailable = resolveCount(maxUnavailable, replicas, 'down') ?? 0;
  // Both zero would never move: Kubernetes then takes one away.
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable };
}

/** Fewest pods that a workload ever has: an autoscaler's minimum counts before `replicas`. */
export function fewestReplicas(cluster: Cluster, pod: PodTemplate): number | undefined {
  const scaler = scalerOf(cluster, pod);
  return scaler ? (whole(at(scaler.data, 'spec', 'minReplicas')) ?? 1) : pod.replicas;
}

/** Most pods that a workload ever has, but for a rollout's surge: an autoscaler's maximum counts before `replicas`. */
export function mostReplicas(cluster: Cluster, pod: PodTemplate): number | undefined {
  const scaler = scalerOf(cluster, pod);
  return scaler ? (whole(at(scaler.data, 'spec', 'maxReplicas')) ?? pod.replicas) : pod.replicas;
}

function scalerOf(cluster: Cluster, pod: PodTemplate): Manifest | undefined {
  return cluster.ofKind('HorizontalPodAutoscaler').find((scaler) => {
    const { kind, name } = mapping(at(scaler.data, 'spec', 'scaleTargetRef'));
    return kind === pod.kind && name === pod.name && cluster.namespaceOf(scaler) === pod.namespace;
  });
}

/** Services that send requests to a workload's pods. */
export function servicesOf(cluster: Cluster, pod: PodTemplate): Manifest[] {
  return cluster.ofKind('Service').filter((service) => cluster.selectedBy(service).includes(pod));
}
