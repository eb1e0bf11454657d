import type { Rule } from '../rule.ts';
import { at, text } from '../cluster/fields.ts';
import { tlsEntries } from '../cluster/references.ts';

export const tlsSecretIsAccountKey: Rule = {
  id: 'tls-secret-is-account-key',
  severity: 'error',
  summary: "A certificate's Secret has the name of an issuer's account key",
  why: "Where both are in one namespace, one overwrites the other. The certificate authority refuses a certificate with the account's own key, and the account is lost when the certificate is written.",
  fix: "Give the certificate's Secret a name of its own, such as `<host>-tls`.",
  *check(cluster) {
    const accounts = new Map<string, string>();
    for (const issuer of cluster.ofKind('ClusterIssuer', 'Issuer')) {
      const name = text(at(issuer.data, 'spec', 'acme', 'privateKeySecretRef', 'name'));
      if (name !== undefined && !accounts.has(name)) accounts.set(name, `${issuer.identity.kind}/${issuer.identity.name}`);
    }
    for (const ingress of cluster.ofKind('Ingress')) {
      for (const { secret, at: path } of tlsEntries(ingress)) {
        const issuer = accounts.get(secret ?? '');
        if (issuer === undefined) continue;
        yield { manifest: ingress, at: [...path, 'secretName'], message: `Ingress/${ingress.identity.name} keeps its certificate in Secret \`${secret}\`, the name of the account key of ${issuer}` };
      }
    }
    for (const certificate of cluster.ofKind('Certificate')) {
      const secret = text(at(certificate.data, 'spec', 'secretName')) ?? '';
      const issuer = accounts.get(secret);
      if (issuer === undefined) continue;
      yield { manifest: certificate, at: ['spec', 'secretName'], message: `Certificate/${certificate.identity.name} is kept in Secret \`${secret}\`, the name of the account key of ${issuer}` };
    }
  },
};
