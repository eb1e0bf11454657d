import { at, items, labelsOf, text, texts } from '../fields.ts';
import { knownKind, namespaceOf } from '../kinds.ts';
import type { JsonObject, Manifest } from '../manifest.ts';

/** A certificate that cert-manager makes for an Ingress; it bears the name of its Secret. */
export interface AskedCertificate {
  namespace: string;
  name: string;
  hosts: string[];
  issuer: { kind: string; name: string };
}

const ISSUER = 'cert-manager.io/issuer';
const CLUSTER_ISSUER = 'cert-manager.io/cluster-issuer';

/** The certificates that Ingresses ask for. */
export function askedCertificates(manifests: readonly Manifest[]): AskedCertificate[] {
  return manifests.flatMap((manifest) => {
    const annotations = labelsOf(at(manifest.data, 'metadata', 'annotations'));
    const issuer = issuerOf(annotations);
    if (knownKind(manifest) !== 'Ingress' || !issuer) return [];
    return items(at(manifest.data, 'spec', 'tls')).flatMap(({ item }) => {
      const name = text(item.secretName);
      return name === undefined
        ? []
        : [{ namespace: namespaceOf(manifest), name, hosts: texts(item.hosts), issuer }];
    });
  });
}

function issuerOf(annotations: Readonly<Record<string, string>>): AskedCertificate['issuer'] | undefined {
  const { [ISSUER]: own, [CLUSTER_ISSUER]: clusterWide } = annotations;
  if (own) return { kind: annotations['cert-manager.io/issuer-kind'] || 'Issuer', name: own };
  return clusterWide ? { kind: 'ClusterIssuer', name: clusterWide } : undefined;
}

/**
 * Why the status of a certificate says nothing of what is asked for: cert-manager has not changed it yet. Undefined when
 * it is as it is asked for.
 */
export function notAsAsked(certificate: JsonObject, { hosts, issuer }: AskedCertificate): string | undefined {
  const spec = at(certificate, 'spec');
  const names = new Set([...texts(at(spec, 'dnsNames')), ...texts(at(spec, 'ipAddresses'))]);
  const lacking = hosts.filter((host) => !names.has(host) && !names.has(host.replace(/^[^.]+/, '*')));
  if (lacking.length > 0) return `it is not for ${lacking.join(', ')} yet`;
  const kind = text(at(spec, 'issuerRef', 'kind')) || 'Issuer';
  const name = text(at(spec, 'issuerRef', 'name')) ?? '';
  if (kind === issuer.kind && name === issuer.name) return undefined;
  return `it is of ${kind} ${name}, and not of ${issuer.kind} ${issuer.name} yet`;
}
