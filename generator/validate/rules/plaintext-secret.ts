import { at, labelsOf, mapping } from '../cluster/fields.ts';
import type { Rule } from '../rule.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export const plaintextSecret: Rule = {
  id: 'plaintext-secret',
  severity: 'error',
  summary: 'A Secret stands in plain text',
  why: 'base64 hides nothing. Whoever can read the repository, any of its clones or an old commit of it has these values; removing the file does not remove them from history.',
  fix: 'Take it over with `lunchbox seal <env> --from-secret FILE`, delete the file, and change the values: they are known.',
  *check(cluster) {
    for (const secret of cluster.ofKind('Secret')) {
      const encoded = Object.keys(mapping(secret.data.data));
      const values = [...encoded, ...Object.keys(mapping(secret.data.stringData))];
      // A token that Kubernetes itself will fill in.
      if (values.length === 0 || secret.data.type === 'kubernetes.io/service-account-token') continue;
      yield {
        manifest: secret,
        at: [encoded.length > 0 ? 'data' : 'stringData'],
        message: `Secret/${secret.identity.name} holds ${values.length === 1 ? 'a value' : `${values.length} values`} in plain text: ${values.join(', ')}`,
      };
    }
    for (const sealed of cluster.ofKind('SealedSecret')) {
      for (const metadata of [['metadata'], ['spec', 'template', 'metadata']]) {
        if (labelsOf(at(sealed.data, ...metadata, 'annotations'))[LAST_APPLIED] === undefined) continue;
        yield {
          manifest: sealed,
          at: [...metadata, 'annotations', LAST_APPLIED],
          message: `SealedSecret/${sealed.identity.name} carries a copy of what was applied before, in plain text`,
          fix: 'Remove the annotation, and change the values: they are known.',
        };
      }
    }
  },
};
