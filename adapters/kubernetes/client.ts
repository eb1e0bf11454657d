import type { Cluster } from '../../capabilities/ports/cluster.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { kubernetesReads } from './reads.ts';
import { type RetryOptions, retrying } from './retry.ts';
import { kubernetesWrites } from './writes.ts';

/** The Kubernetes API, byte for byte: what a manifest holds is sent, what the server holds is returned. */
export function kubernetesCluster(connection: Connection, options: RetryOptions = {}): Cluster {
  const retry = { ...options, answered: () => connection.answered, signal: connection.closed };
  // For what can be asked twice: reads, applying the same object, whole fields, deleting one by its uid.
  const send = (call: Call): Promise<Answer> => retrying(() => connection.send(call), retry);
  const reads = kubernetesReads(connection, send, retry);
  return { ...reads, ...kubernetesWrites(connection, send, reads.get) };
}
