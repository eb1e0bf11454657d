import type { Rule } from '../rule.ts';
import { at, mapping, text } from '../cluster/fields.ts';
import { nearest } from '../../suggest.ts';

const SCALABLE = ['Deployment', 'StatefulSet', 'ReplicaSet'];

export const hpaTargetMissing: Rule = {
  id: 'hpa-target-missing',
  severity: 'error',
  summary: 'An autoscaler scales a workload that does not exist',
  why: 'It does nothing at all: under load no pod is added.',
  fix: 'Correct `spec.scaleTargetRef`: kind and name of a workload in the same namespace.',
  *check(cluster) {
    for (const scaler of cluster.ofKind('HorizontalPodAutoscaler')) {
      const target = mapping(at(scaler.data, 'spec', 'scaleTargetRef'));
      const kind = text(target.kind) ?? '';
      const name = text(target.name) ?? '';
      const namespace = cluster.namespaceOf(scaler);
      if (!SCALABLE.includes(kind) || cluster.find(kind, namespace, name)) continue;
      const guess = nearest(name, cluster.names(kind, namespace));
      yield {
        manifest: scaler,
        at: ['spec', 'scaleTargetRef', 'name'],
        message: `HorizontalPodAutoscaler/${scaler.identity.name} scales ${kind}/${name}, which is not in namespace ${namespace}${guess ? `; did you mean \`${guess}\`?` : ''}`,
      };
    }
  },
};
