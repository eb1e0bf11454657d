import { at, mapping, text } from '../../fields.ts';
import { groupOf } from '../../kinds.ts';
import { nearest } from '../../suggest.ts';
import { missingFrom } from '../cluster/absence.ts';
import type { Rule } from '../rule.ts';

const SCALABLE = ['Deployment', 'StatefulSet', 'ReplicaSet'];
const BUILT_IN_GROUPS = ['', 'apps', 'batch', 'extensions'];

export const hpaTargetMissing: Rule = {
  id: 'hpa-target-missing',
  severity: 'error',
  summary: 'An autoscaler scales a workload that does not exist',
  why: 'It does nothing at all: under load no pod is added.',
  fix: 'Correct `spec.scaleTargetRef`: apiVersion, kind and name of a workload in the same namespace.',
  *check(cluster) {
    for (const scaler of cluster.ofKind('HorizontalPodAutoscaler')) {
      const target = mapping(at(scaler.data, 'spec', 'scaleTargetRef'));
      const [kind, name] = [text(target.kind), text(target.name)];
      const group = groupOf(text(target.apiVersion) ?? 'apps/v1');
      // Custom resources may be scaled too; which ones, their definitions say.
      if (kind === undefined || name === undefined || !BUILT_IN_GROUPS.includes(group)) continue;
      const who = `HorizontalPodAutoscaler/${scaler.identity.name}`;
      const field = (key: string) => ({ manifest: scaler, at: ['spec', 'scaleTargetRef', key] });
      if (!SCALABLE.includes(kind)) {
        const guess = nearest(kind, SCALABLE);
        yield {
          ...field('kind'),
          message: `${who} scales ${kind}/${name}, a kind that cannot be scaled${guess ? `; did you mean \`${guess}\`?` : ''}`,
        };
        continue;
      }
      if (group !== 'apps') {
        yield {
          ...field('apiVersion'),
          message: `${who} scales ${kind}/${name} of apiVersion ${text(target.apiVersion)}, which has no such kind`,
          fix: 'Write `apiVersion: apps/v1`.',
        };
        continue;
      }
      const namespace = cluster.namespaceOf(scaler);
      if (cluster.find(kind, namespace, name)) continue;
      const guess = nearest(name, cluster.names(kind, namespace));
      yield* missingFrom(cluster, namespace, {
        ...field('name'),
        message: `${who} scales ${kind}/${name}, which is not in namespace ${namespace}${guess ? `; did you mean \`${guess}\`?` : ''}`,
      });
    }
  },
};
