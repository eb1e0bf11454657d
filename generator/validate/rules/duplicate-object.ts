import type { Manifest } from '../../manifest.ts';
import type { Rule } from '../rule.ts';

export const duplicateObject: Rule = {
  id: 'duplicate-object',
  severity: 'error',
  summary: 'The same object stands twice',
  why: 'The one that is applied last wins, and which one that is depends on the order of files. Whoever edits the other one wonders why nothing changes.',
  fix: 'Keep one of them, or rename one.',
  *check(cluster) {
    const seen = new Map<string, Manifest>();
    for (const manifest of cluster.manifests) {
      const { apiVersion, kind, name } = manifest.identity;
      // The same kind of another version of its group is the same object.
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
      const namespace = cluster.namespaceOf(manifest);
      const id = `${group}/${kind}/${namespace}/${name}`;
      const first = seen.get(id);
      if (first && name !== '') {
        yield {
          manifest,
          at: ['metadata', 'name'],
          message: `${kind}/${name}${namespace === '' ? '' : ` in namespace ${namespace}`} stands in ${first.file} already`,
        };
      } else seen.set(id, manifest);
    }
  },
};
