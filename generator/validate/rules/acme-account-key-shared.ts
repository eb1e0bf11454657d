import { at, text } from '../../fields.ts';
import type { Manifest } from '../../manifest.ts';
import type { Rule } from '../rule.ts';

const KEY = ['spec', 'acme', 'privateKeySecretRef', 'name'] as const;

export const acmeAccountKeyShared: Rule = {
  id: 'acme-account-key-shared',
  severity: 'error',
  summary: 'Two ACME issuers keep their account keys in one Secret',
  why: "The second issuer finds the first one's key and registers it elsewhere, or fails to: only one of them works at a time. Let's Encrypt's staging and production are different accounts.",
  fix: 'Give each issuer a `privateKeySecretRef.name` of its own.',
  *check(cluster) {
    const owners = new Map<string, Manifest>();
    for (const issuer of cluster.ofKind('ClusterIssuer', 'Issuer')) {
      const name = text(at(issuer.data, ...KEY));
      // An issuer that only borrows a key says so.
      if (name === undefined || at(issuer.data, 'spec', 'acme', 'disableAccountKeyGeneration') === true)
        continue;
      // ClusterIssuers keep their keys in cert-manager's own namespace.
      const id = `${cluster.namespaceOf(issuer) || 'cert-manager'}/${name}`;
      const owner = owners.get(id);
      if (owner) {
        yield {
          manifest: issuer,
          at: KEY,
          message: `${issuer.identity.kind}/${issuer.identity.name} keeps its account key in Secret \`${name}\`, which ${owner.identity.kind}/${owner.identity.name} uses already`,
          fix: `Write \`name: ${issuer.identity.name}-account\`.`,
        };
      } else owners.set(id, issuer);
    }
  },
};
