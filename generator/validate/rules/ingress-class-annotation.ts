import { at, labelsOf } from '../../fields.ts';
import type { Rule } from '../rule.ts';

const ANNOTATION = 'kubernetes.io/ingress.class';

export const ingressClassAnnotation: Rule = {
  id: 'ingress-class-annotation',
  severity: 'warning',
  summary: 'An Ingress names its controller by an annotation that is long deprecated',
  why: 'The annotation was replaced by `spec.ingressClassName` in Kubernetes 1.18. Controllers may stop to read it, and the Ingress is silently served by nobody.',
  fix: 'Remove the annotation and write `spec.ingressClassName: traefik`.',
  *check(cluster) {
    for (const ingress of cluster.ofKind('Ingress')) {
      const name = labelsOf(at(ingress.data, 'metadata', 'annotations'))[ANNOTATION];
      if (name === undefined) continue;
      yield {
        manifest: ingress,
        at: ['metadata', 'annotations', ANNOTATION],
        message: `Ingress/${ingress.identity.name} names its class \`${name}\` by the deprecated annotation ${ANNOTATION}`,
      };
    }
  },
};
