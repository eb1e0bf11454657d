import { at, text } from '../../generator/fields.ts';
import { LAST_GOOD_BACKUP, overdueBackup } from '../../generator/host/backup-age.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import type { Cluster } from '../ports/cluster.ts';

/**
 * What the cluster of an environment knows of its backups, where that is bad news: the machine tells it, for those who
 * may not come to the machine, such as the workflow that looks for drift.
 */
export async function findOverdueBackup(
  { name, droplet }: Environment,
  cluster: Cluster,
): Promise<string | undefined> {
  if (droplet.backups === undefined) return undefined;
  const resource = await cluster.resource('v1', 'Namespace');
  const namespace = resource && (await cluster.get({ resource, namespace: '', name: 'kube-system' }));
  if (!namespace) return undefined;
  const seconds = Number(text(at(namespace, 'metadata', 'annotations', LAST_GOOD_BACKUP)));
  const since = new Date(text(at(namespace, 'metadata', 'creationTimestamp')) ?? Number.NaN);
  // By the clock of the machine, which has written both.
  const { time } = await cluster.server();
  const good = Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
  return overdueBackup(name, { good, since }, time ?? new Date());
}
