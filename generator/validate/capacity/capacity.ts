import { at, whole } from '../../fields.ts';
import type { Violation } from '../../finding.ts';
import type { Json, Manifest } from '../../manifest.ts';
import { BASIC_SIZES, type DropletSize, dropletSize } from '../../spec/droplet-sizes.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { PodTemplate } from '../cluster/pod-template.ts';
import { mostReplicas, rollingUpdate } from '../cluster/rollout.ts';
import { chartValues, podsOfChart } from './charts.ts';
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
/**
 * Memory: k3s' own profiling, a server with SQLite and a workload, and an agent (docs.k3s.io, resource profiling). It used
 * 6 and 3 % of a core there; CoreDNS, which is part of it, requests another tenth, and the rest is rounding up.
 */
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
  const worst = memory.needed / memory.available >= cpu.needed / cpu.available ? 'memory' : 'cpu';
  const users = [...parts].sort((a, b) => b[worst] - a[worst]);
  const largest = users.find(({ manifest }) => manifest !== undefined);
  if (!largest?.manifest) return undefined;
  const { needed, available } = capacity[worst];
  if (needed / available <= TIGHT) return undefined;
  const unit = worst === 'memory' ? gigabytes : (cores: number) => `${cores.toFixed(2)} cores`;
  const machine = nodes > 1 ? `${nodes} × ${size}` : size;
  const fits = needed <= available;
  const most = users.slice(0, 3).map((part) => `${part.name} ${unit(part[worst])}`);
  const enough = BASIC_SIZES.map(dropletSize).find(
    (each): each is DropletSize => each !== undefined && holds(each, capacity),
  );
  return {
    manifest: largest.manifest,
    at: ['spec'],
    severity: fits ? 'warning' : 'error',
    message: `${fits ? 'hardly fits' : 'does not fit'} ${machine}: ${unit(needed)} of ${unit(available)} ${worst} while a rollout runs (${most.join(', ')})${assumptions(parts)}`,
    fix: enough
      ? `Set \`droplet: { size: ${enough.slug} }\`, or ask for less in \`resources\`.`
      : 'Ask for less in `resources`, or take more nodes.',
  };
}

/** Names what was counted without being stated. */
function assumptions(parts: readonly CapacityPart[]): string {
  const names = parts.filter(({ assumed }) => assumed).map(({ name }) => name);
  if (names.length === 0) return '';
  const more = names.length > 3 ? `, and ${names.length - 3} more` : '';
  const each = `${ASSUMED.memory / 2 ** 20} Mi a pod`;
  return `; counted as ${each}, for want of requests: ${names.slice(0, 3).join(', ')}${more}`;
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
  const { data } = pod.manifest;
  switch (pod.kind) {
    case 'DaemonSet':
      return cluster.context.nodes;
    case 'Job':
      return parallelPods(at(data, 'spec'));
    case 'CronJob':
      return parallelPods(at(data, 'spec', 'jobTemplate', 'spec'));
    default: {
      // Of a workload that an autoscaler grows, the most that it may choose; of a bare pod, itself.
      const most = mostReplicas(cluster, pod) ?? 1;
      const surge = pod.kind === 'Deployment' && most > 0 ? (rollingUpdate(pod, most)?.surge ?? 0) : 0;
      return most + surge;
    }
  }
}

/** Pods of a Job that run side by side: never more than it has to complete. */
function parallelPods(job: Json | undefined): number {
  const parallel = whole(at(job, 'parallelism')) ?? 1;
  const completions = whole(at(job, 'completions'));
  return completions === undefined ? parallel : Math.min(parallel, completions);
}

/** What a chart installs is not among the manifests. */
function chartPart(manifest: Manifest): CapacityPart {
  const { kind, name } = manifest.identity;
  const amount = requestsInValues(chartValues(manifest));
  const pods = podsOfChart(manifest);
  const assumed = amount.memory === 0;
  const each = (amountOf: (amount: Amount) => number) => amountOf(ASSUMED) * pods;
  return {
    name: `${kind}/${name}`,
    pods,
    memory: assumed ? each(({ memory }) => memory) : amount.memory,
    cpu: amount.cpu === 0 ? each(({ cpu }) => cpu) : amount.cpu,
    assumed,
    manifest,
  };
}
