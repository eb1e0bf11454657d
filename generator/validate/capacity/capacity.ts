import { parse } from 'yaml';
import type { Violation } from '../../finding.ts';
import type { Json, Manifest } from '../../manifest.ts';
import { BASIC_SIZES, type DropletSize, dropletSize } from '../../spec/droplet-sizes.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { at, mapping, text, whole } from '../cluster/fields.ts';
import type { PodTemplate } from '../cluster/pod-template.ts';
import { rollingUpdate } from '../cluster/rollout.ts';
import { type Amount, ASSUMED, podRequest, requestsInValues } from './requests.ts';

/** One thing that needs room while a rollout runs. */
export interface CapacityPart extends Amount {
  name: string;
  /** Pods at the same time, surge included. */
  pods: number;
  /** It states no request; an assumption was counted. */
  assumed: boolean;
  manifest?: Manifest;
}

export interface Capacity {
  size: string;
  nodes: number;
  /** Bytes; cores. */
  memory: { needed: number; available: number };
  cpu: { needed: number; available: number };
  /** Largest first. */
  parts: CapacityPart[];
}

const MB = 1e6;
/** k3s' own profiling, server with workload (docs.k3s.io, resource profiling): 1,596 MB with SQLite, 275 MB for an agent. */
const K3S_SERVER: Amount = { memory: 1596 * MB, cpu: 0.2 };
const K3S_AGENT: Amount = { memory: 275 * MB, cpu: 0.05 };
/** Above this share a little growth breaks a rollout. */
const TIGHT = 0.9;

/**
 * What must run at the same time against what the droplets have. Every Deployment is taken to roll at once, because
 * one image usually serves several of them: all surges count together.
 * @returns undefined for a size that is not known.
 */
export function capacityOf(cluster: Cluster, slug: string): Capacity | undefined {
  const size = dropletSize(slug);
  if (!size) return undefined;
  const { nodes } = cluster.context;
  const parts: CapacityPart[] = [
    { name: nodes > 1 ? `k3s on ${nodes} nodes` : 'k3s', pods: 1, assumed: false, ...k3s(nodes) },
    ...cluster.podTemplates.map((pod) => partOf(cluster, pod)),
    ...cluster.ofKind('HelmChart', 'HelmChartConfig').map(chartPart),
  ].sort((a, b) => b.memory - a.memory);
  const total = (of: (amount: Amount) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  return {
    size: slug,
    nodes,
    memory: { needed: total(({ memory }) => memory), available: size.memoryBytes * nodes },
    cpu: { needed: total(({ cpu }) => cpu), available: size.vcpus * nodes },
    parts,
  };
}

/** What is wrong with a capacity; undefined when there is room enough. */
export function capacityViolation(capacity: Capacity): Violation | undefined {
  const { memory, cpu, size, nodes, parts } = capacity;
  const largest = parts.find(({ manifest }) => manifest !== undefined);
  if (!largest?.manifest) return undefined;
  const worst = memory.needed / memory.available >= cpu.needed / cpu.available ? 'memory' : 'cpu';
  const { needed, available } = capacity[worst];
  if (needed / available <= TIGHT) return undefined;
  const unit = worst === 'memory' ? gigabytes : (cores: number) => `${cores.toFixed(2)} cores`;
  const machine = nodes > 1 ? `${nodes} × ${size}` : size;
  const fits = needed <= available;
  const users = parts.slice(0, 3).map((part) => `${part.name} ${unit(part[worst])}`);
  const enough = BASIC_SIZES.map(dropletSize).find(
    (each): each is DropletSize => each !== undefined && holds(each, capacity),
  );
  return {
    manifest: largest.manifest,
    at: ['spec'],
    severity: fits ? 'warning' : 'error',
    message: `${fits ? 'hardly fits' : 'does not fit'} ${machine}: ${unit(needed)} of ${unit(available)} ${worst} while a rollout runs (${users.join(', ')})`,
    fix: enough
      ? `Set \`droplet: { size: ${enough.slug} }\`, or ask for less in \`resources\`.`
      : 'Ask for less in `resources`, or take more nodes.',
  };
}

function holds(size: DropletSize, { memory, cpu, nodes }: Capacity): boolean {
  return memory.needed <= size.memoryBytes * nodes * TIGHT && cpu.needed <= size.vcpus * nodes * TIGHT;
}

/** As people compare it with the size's name: 4 GB is 4 GiB there. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`;
}

function k3s(nodes: number): Amount {
  return {
    memory: K3S_SERVER.memory + (nodes - 1) * K3S_AGENT.memory,
    cpu: K3S_SERVER.cpu + (nodes - 1) * K3S_AGENT.cpu,
  };
}

function partOf(cluster: Cluster, pod: PodTemplate): CapacityPart {
  const { memory, cpu, assumed } = podRequest(pod);
  const pods = podsAtOnce(cluster, pod);
  return {
    name: `${pod.kind}/${pod.name}`,
    pods,
    memory: memory * pods,
    cpu: cpu * pods,
    assumed,
    manifest: pod.manifest,
  };
}

function podsAtOnce(cluster: Cluster, pod: PodTemplate): number {
  if (pod.kind === 'DaemonSet') return cluster.context.nodes;
  if (pod.kind === 'Job') return whole(at(pod.manifest.data, 'spec', 'parallelism')) ?? 1;
  if (pod.replicas === undefined) return 1;
  const most = autoscaledTo(cluster, pod) ?? pod.replicas;
  const surge = pod.kind === 'Deployment' && most > 0 ? (rollingUpdate(pod)?.surge ?? 0) : 0;
  return most + surge;
}

function autoscaledTo(cluster: Cluster, pod: PodTemplate): number | undefined {
  for (const scaler of cluster.ofKind('HorizontalPodAutoscaler')) {
    const target = mapping(at(scaler.data, 'spec', 'scaleTargetRef'));
    if (
      target.kind === pod.kind &&
      target.name === pod.name &&
      cluster.namespaceOf(scaler) === pod.namespace
    ) {
      return whole(at(scaler.data, 'spec', 'maxReplicas'));
    }
  }
  return undefined;
}

function chartPart(manifest: Manifest): CapacityPart {
  const { kind, name } = manifest.identity;
  const amount = requestsInValues(valuesOf(manifest));
  const assumed = amount.memory === 0;
  return { name: `${kind}/${name}`, pods: 1, ...(assumed ? ASSUMED : amount), assumed, manifest };
}

function valuesOf(manifest: Manifest): Json | undefined {
  try {
    return parse(text(at(manifest.data, 'spec', 'valuesContent')) ?? '') as Json;
  } catch {
    return undefined;
  }
}
