import { nearest } from '../../suggest.ts';
import { issuerReferences } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const issuerMissing: Rule = {
  id: 'issuer-missing',
  severity: 'error',
  summary: 'A certificate is asked of an issuer that does not exist',
  why: 'cert-manager waits for the issuer for ever: the site has no certificate, and nothing fails visibly.',
  fix: 'Add the issuer, or correct its name. An Issuer serves only its own namespace, a ClusterIssuer all of them.',
  *check(cluster) {
    for (const { manifest, kind, name, namespace, at } of issuerReferences(cluster)) {
      const where = kind === 'ClusterIssuer' ? '' : namespace;
      if (cluster.find(kind, where, name)) continue;
      const names = cluster.names(kind, where);
      const guess = nearest(name, names);
      const there = names.length > 0 ? ` (there: ${names.join(', ')})` : '';
      yield {
        manifest,
        at,
        message: `${manifest.identity.kind}/${manifest.identity.name} asks ${kind}/${name} for a certificate, which does not exist${guess ? `; did you mean \`${guess}\`?` : there}`,
      };
    }
  },
};
