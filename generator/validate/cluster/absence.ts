import type { Violation } from '../../finding.ts';
import type { Cluster } from './cluster.ts';

/**
 * Reports that something is missing from a namespace, as surely as that can be known: k3s fills kube-system, and a
 * HelmChart brings objects that stand in no file.
 */
export function* missingFrom(cluster: Cluster, namespace: string, violation: Violation): Iterable<Violation> {
  if (namespace === 'kube-system') return;
  const chart = cluster.chartInto(namespace);
  if (chart === undefined) yield violation;
  else
    yield {
      ...violation,
      severity: 'warning',
      message: `${violation.message} (unless HelmChart/${chart} makes it)`,
    };
}
