import { at, text } from '../../fields.ts';
import { nameOf } from '../../manifest.ts';
import { tlsEntries } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const tlsSecretIsAccountKey: Rule = {
  id: 'tls-secret-is-account-key',
  severity: 'error',
  summary: "A certificate's Secret has the name of an issuer's account key",
  why: "Where both are in one namespace, one overwrites the other. The certificate authority refuses a certificate with the account's own key, and the account is lost when the certificate is written.",
  fix: "Give the certificate's Secret a name of its own, such as `<host>-tls`.",
  *check(cluster) {
    const issuers = cluster.ofKind('ClusterIssuer', 'Issuer');
    const ownerOf = (secret: string | undefined, namespace: string) => {
      const owner = issuers.find(
        (issuer) =>
          secret !== undefined &&
          text(at(issuer.data, 'spec', 'acme', 'privateKeySecretRef', 'name')) === secret &&
          // Where a ClusterIssuer keeps its key is a setting of cert-manager: it may be any namespace.
          ['', namespace].includes(cluster.namespaceOf(issuer)),
      );
      return owner && nameOf(owner.identity);
    };
    for (const ingress of cluster.ofKind('Ingress')) {
      for (const { secret, at: path } of tlsEntries(ingress)) {
        const issuer = ownerOf(secret, cluster.namespaceOf(ingress));
        if (issuer === undefined) continue;
        yield {
          manifest: ingress,
          at: [...path, 'secretName'],
          message: `Ingress/${ingress.identity.name} keeps its certificate in Secret \`${secret}\`, the name of the account key of ${issuer}`,
        };
      }
    }
    for (const certificate of cluster.ofKind('Certificate')) {
      const secret = text(at(certificate.data, 'spec', 'secretName'));
      const issuer = ownerOf(secret, cluster.namespaceOf(certificate));
      if (issuer === undefined) continue;
      yield {
        manifest: certificate,
        at: ['spec', 'secretName'],
        message: `Certificate/${certificate.identity.name} is kept in Secret \`${secret}\`, the name of the account key of ${issuer}`,
      };
    }
  },
};
