import { at, items, text } from '../../fields.ts';
import type { Json } from '../../manifest.ts';
import { isTraefiksClass, policiesAgainstTraefik } from '../cluster/network-policy.ts';
import { issuerReferences } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

/** The pods by which cert-manager answers an HTTP-01 challenge, and the port they listen on. */
const SOLVER = { labels: { 'acme.cert-manager.io/http01-solver': 'true' }, port: 8089 };

export const networkpolicyBlocksAcmeSolver: Rule = {
  id: 'networkpolicy-blocks-acme-solver',
  severity: 'error',
  summary: "Network policies keep Traefik from cert-manager's challenge pods",
  why: "cert-manager answers Let's Encrypt from a pod in the certificate's own namespace. If Traefik cannot reach it no certificate is ever issued; where one is there already, its renewal fails 60 days later.",
  fix: 'Allow ingress from Traefik in kube-system to pods labelled `acme.cert-manager.io/http01-solver: "true"` on port 8089.',
  *check(cluster) {
    const reported = new Set<string>();
    for (const reference of issuerReferences(cluster)) {
      const { kind, name, namespace } = reference;
      const issuer = cluster.find(kind, kind === 'ClusterIssuer' ? '' : namespace, name);
      if (!issuer || reported.has(namespace) || !usesTraefik(at(issuer.data, 'spec', 'acme', 'solvers')))
        continue;
      const [policy] = policiesAgainstTraefik(cluster, { namespace, ...SOLVER });
      if (!policy) continue;
      reported.add(namespace);
      yield {
        manifest: policy,
        at: ['spec'],
        message: `NetworkPolicy/${policy.identity.name} keeps Traefik from the challenge pods in namespace ${namespace}: the certificate that ${reference.manifest.identity.kind}/${reference.manifest.identity.name} asks for is never issued`,
      };
    }
  },
};

/** Whether an issuer may answer a challenge through Traefik. */
function usesTraefik(solvers: Json | undefined): boolean {
  return items(solvers).some(({ item }) => {
    const ingress = at(item, 'http01', 'ingress');
    return (
      ingress !== undefined &&
      isTraefiksClass(text(at(ingress, 'ingressClassName')) ?? text(at(ingress, 'class')))
    );
  });
}
