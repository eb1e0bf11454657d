import { at } from '../../fields.ts';
import { selects } from '../cluster/selector.ts';
import type { Rule } from '../rule.ts';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

export const selectorMismatch: Rule = {
  id: 'selector-mismatch',
  severity: 'error',
  summary: "A workload's selector does not match the labels of its own pods",
  why: 'The API server refuses such a workload. A selector cannot be changed later either, so the labels have to follow it.',
  fix: 'Give `spec.template.metadata.labels` every label that `spec.selector` asks for.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      const selector = at(pod.manifest.data, 'spec', 'selector');
      if (!KINDS.includes(pod.kind) || selector === undefined || selects(selector, pod.labels)) continue;
      yield {
        manifest: pod.manifest,
        at: ['spec', 'selector'],
        message: `the selector of ${pod.kind}/${pod.name} does not match the labels of its pods (${show(pod.labels)})`,
      };
    }
  },
};

function show(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? 'they have none' : pairs.join(', ');
}
