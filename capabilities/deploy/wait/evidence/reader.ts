import { oneLine } from '../../../../generator/deploy/diagnosis/one-line.ts';
import { ApiError } from '../../../ports/api-error.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Cluster, KubernetesObject, Resource, Selection } from '../../../ports/cluster.ts';

/** Milliseconds that one read may take. */
const PATIENCE = 5_000;

/** What was read, or why it could not be. */
export type Read<T> = { value: T } | { problem: string };

/** Reads for a report on what failed: no read takes long, none ends the report, and nothing is read twice. */
export class EvidenceReader {
  readonly cluster: Cluster;
  private readonly clock: Clock;
  private readonly signal: AbortSignal;
  private readonly lists = new Map<string, Promise<Read<KubernetesObject[]>>>();

  constructor(world: { cluster: Cluster; clock: Clock; signal: AbortSignal }) {
    this.cluster = world.cluster;
    this.clock = world.clock;
    this.signal = world.signal;
  }

  /** @throws what is a mistake of ours; never for what the cluster does */
  async read<T>(what: string, reading: () => Promise<T>): Promise<Read<T>> {
    const timer = new AbortController();
    const signal = AbortSignal.any([timer.signal, this.signal]);
    const late: Promise<Read<T>> = this.clock
      .sleep(PATIENCE, signal)
      .then(() => ({ problem: `${what} could not be read: no answer in time` }));
    const answer: Promise<Read<T>> = reading().then(
      (value) => ({ value }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        return { problem: oneLine(`${what} could not be read: ${error.message}`) };
      },
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      timer.abort();
    }
  }

  /** All objects of a kind in a namespace; of a kind that is not served, none. */
  list(resource: Resource, selection: Selection): Promise<Read<KubernetesObject[]>> {
    const key = JSON.stringify([resource.apiVersion, resource.plural, selection]);
    const known =
      this.lists.get(key) ??
      this.read(resource.plural, async () => (await this.cluster.list(resource, selection)).items);
    this.lists.set(key, known);
    return known;
  }

  /** The same for a kind that is named: the version that the server prefers. */
  async listKind(group: string, kind: string, selection: Selection): Promise<Read<KubernetesObject[]>> {
    const found = await this.read(kind, () => this.cluster.resourceOfKind(group, kind));
    if ('problem' in found) return found;
    return found.value ? this.list(found.value, selection) : { value: [] };
  }
}

/** What was read, its problem told as a line. */
export function valueOr<T>(read: Read<T>, fallback: T, problems: string[]): T {
  if ('value' in read) return read.value;
  if (!problems.includes(read.problem)) problems.push(read.problem);
  return fallback;
}
