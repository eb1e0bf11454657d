import { at, mapping, text } from '../../fields.ts';
import { nameOf } from '../../manifest.ts';
import { nearest } from '../../suggest.ts';
import type { Rule } from '../rule.ts';

/** Kubernetes and k3s make these. */
const BUILT_IN = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

export const namespaceMissing: Rule = {
  id: 'namespace-missing',
  severity: 'error',
  summary: 'An object belongs to a namespace that nothing creates',
  why: 'The API server refuses an object whose namespace does not exist. On a machine that is rebuilt from git, a namespace that somebody once made by hand is gone.',
  fix: 'Add the Namespace, or correct `metadata.namespace`.',
  *check(cluster) {
    const there = new Set([...BUILT_IN, ...cluster.ofKind('Namespace').map(({ identity }) => identity.name)]);
    for (const chart of cluster.ofKind('HelmChart')) {
      const { createNamespace, targetNamespace } = mapping(at(chart.data, 'spec'));
      if (createNamespace === true) there.add(text(targetNamespace) ?? '');
    }
    const charts = new Set(cluster.ofKind('HelmChart'));
    const reported = new Set<string>();
    for (const manifest of cluster.manifests) {
      const namespace = cluster.namespaceOf(manifest);
      const guess = nearest(namespace, there);
      const remedy = guess ? { fix: `Write \`${guess}\`, or add the Namespace.` } : {};
      if (namespace !== '' && !there.has(namespace) && !reported.has(namespace)) {
        reported.add(namespace);
        yield {
          manifest,
          at: ['metadata', 'namespace'],
          message: `${nameOf(manifest.identity)} belongs to namespace \`${namespace}\`, which nothing creates`,
          ...remedy,
        };
      }
      const target = charts.has(manifest) ? text(at(manifest.data, 'spec', 'targetNamespace')) : undefined;
      if (target !== undefined && !there.has(target) && !reported.has(target)) {
        reported.add(target);
        yield {
          manifest,
          at: ['spec', 'targetNamespace'],
          message: `${nameOf(manifest.identity)} installs into namespace \`${target}\`, which nothing creates`,
          fix: 'Write `createNamespace: true`, or add the Namespace.',
        };
      }
    }
  },
};
