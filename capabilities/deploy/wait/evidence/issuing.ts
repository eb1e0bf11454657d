import { type IssuingTrouble, issuingTrouble } from '../../../../generator/deploy/diagnosis/certificate.ts';
import type { KubernetesObject } from '../../../ports/cluster.ts';
import { type EvidenceReader, valueOr } from './reader.ts';

/** How far the certificate is on its way: its request, its order, the challenge of each host. */
export async function readIssuing(
  certificate: KubernetesObject,
  namespace: string,
  reader: EvidenceReader,
): Promise<IssuingTrouble> {
  const problems: string[] = [];
  const read = async (group: string, kind: string) =>
    valueOr(await reader.listKind(group, kind, { namespace }), [], problems);
  const [requests, orders, challenges] = await Promise.all([
    read('cert-manager.io', 'CertificateRequest'),
    read('acme.cert-manager.io', 'Order'),
    read('acme.cert-manager.io', 'Challenge'),
  ]);
  const { message, lines } = issuingTrouble(certificate, { requests, orders, challenges });
  return { message, lines: [...lines, ...problems] };
}
