import { text } from '../../fields.ts';
import { nearest } from '../../suggest.ts';
import { missingFrom } from '../cluster/absence.ts';
import type { Rule } from '../rule.ts';

export const serviceAccountMissing: Rule = {
  id: 'service-account-missing',
  severity: 'error',
  summary: 'Pods run as a ServiceAccount that does not exist',
  why: 'The API server refuses to create the pods. The Deployment is accepted, and simply never has any.',
  fix: 'Add the ServiceAccount to the same namespace, or correct the name. `default` is always there.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      const name = text(pod.spec.serviceAccountName) ?? text(pod.spec.serviceAccount);
      if (name === undefined || name === 'default' || cluster.find('ServiceAccount', pod.namespace, name))
        continue;
      const guess = nearest(name, cluster.names('ServiceAccount', pod.namespace));
      yield* missingFrom(cluster, pod.namespace, {
        manifest: pod.manifest,
        at: [
          ...pod.path,
          pod.spec.serviceAccountName === undefined ? 'serviceAccount' : 'serviceAccountName',
        ],
        message: `${pod.kind}/${pod.name} runs as ServiceAccount \`${name}\`, which is not in namespace ${pod.namespace}${guess ? `; did you mean \`${guess}\`?` : ''}`,
      });
    }
  },
};
