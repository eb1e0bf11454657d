import { at, text } from '../../fields.ts';
import { groupOf } from '../../kinds.ts';
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
      const { apiVersion, kind } = manifest.identity;
      // Of a `generateName` Kubernetes makes another name each time.
      const name = text(at(manifest.data, 'metadata', 'name')) ?? '';
      if (name === '') continue;
      const namespace = cluster.namespaceOf(manifest);
      // The same kind of another version of its group is the same object.
      const id = `${groupOf(apiVersion)}/${kind}/${namespace}/${name}`;
      const first = seen.get(id);
      if (first) {
        yield {
          manifest,
          at: ['metadata', 'name'],
          message: `${kind}/${name}${namespace === '' ? '' : ` in namespace ${namespace}`} stands in ${first.file} already`,
        };
      } else seen.set(id, manifest);
    }
  },
};
