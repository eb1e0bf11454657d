import { at, text, texts } from '../../../fields.ts';
import { type JsonObject, nameOf } from '../../../manifest.ts';
import { tlsEntries } from '../../../validate/cluster/references.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { goneOf, pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed, shown } from '../words.ts';

/** Fields that change the certificate itself, and what that means. */
const REISSUED = [
  'commonName',
  'ipAddresses',
  'uris',
  'emailAddresses',
  'otherNames',
  'subject',
  'usages',
  'isCA',
  'privateKey',
  'keystores',
  'nameConstraints',
  'secretTemplate',
  'encodeUsagesInRequest',
  'literalSubject',
];

/** Certificates of cert-manager, and Secrets that hold one. */
export function* changedCertificates(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before } of goneOf(context, 'Certificate'))
    yield hit(
      change,
      { before: ['metadata', 'name'] },
      `${nameOf(before.identity)} goes: ${listed(texts(at(before.data, 'spec', 'dnsNames'))) || 'its certificate'} is not renewed any more`,
    );
  for (const { change, before, after } of pairsOf(context, 'Certificate')) {
    const value = (field: string) => [at(before.data, 'spec', field), at(after.data, 'spec', field)] as const;
    const [names, newNames] = value('dnsNames').map(texts);
    const added = (newNames ?? []).filter((name) => !names?.includes(name));
    const removed = (names ?? []).filter((name) => !newNames?.includes(name));
    if (added.length > 0)
      yield hit(
        change,
        ['spec', 'dnsNames'],
        `${listed(added)} joins the certificate: it is issued anew, which needs its DNS record`,
      );
    if (removed.length > 0)
      yield hit(
        change,
        ['spec', 'dnsNames'],
        `${listed(removed)} leaves the certificate: browsers refuse it over HTTPS`,
      );
    const [issuer, newIssuer] = value('issuerRef');
    if (!same(issuer, newIssuer))
      yield hit(
        change,
        ['spec', 'issuerRef'],
        `issuer ${shown(at(issuer, 'name'))} -> ${shown(at(newIssuer, 'name'))}: the certificate is issued anew, by somebody whom browsers may not trust`,
      );
    const [secret, newSecret] = value('secretName');
    if (!same(secret, newSecret))
      yield hit(
        change,
        ['spec', 'secretName'],
        `the certificate goes to Secret ${shown(newSecret)}: who reads ${shown(secret)} keeps one that runs out`,
      );
    for (const field of ['duration', 'renewBefore', 'renewBeforePercentage']) {
      const [old, now] = value(field);
      if (!same(old, now))
        yield hit(
          change,
          ['spec', field],
          `${field} ${shown(old)} -> ${shown(now)}: it is renewed at other times`,
        );
    }
    for (const field of REISSUED) {
      const [old, now] = value(field);
      if (!same(old, now))
        yield hit(change, ['spec', field], `${field} changes: the certificate is issued anew`);
    }
  }
  yield* storedCertificates(context);
}

const TLS_TYPE = 'kubernetes.io/tls';

function* storedCertificates(context: RiskContext): Iterable<RiskHit> {
  for (const { change, kind, before, after } of pairsOf(context, 'Secret', 'SealedSecret')) {
    const sealed = kind === 'SealedSecret';
    if (typeOf(kind, after.data) !== TLS_TYPE) continue;
    const way = sealed ? ['spec', 'encryptedData'] : ['data'];
    if (
      !same(at(before.data, ...way), at(after.data, ...way)) ||
      !same(before.data.stringData, after.data.stringData)
    )
      yield hit(change, way, 'the certificate or its key in this Secret is another one');
  }
  const { before: old, after } = treesOf(context);
  for (const { change, kind, before } of goneOf(context, 'Secret', 'SealedSecret')) {
    if (typeOf(kind, before.data) !== TLS_TYPE) continue;
    const [namespace, { name }] = [old.namespaceOf(before), before.identity];
    // An issuer, or another object of that name, may make it now.
    if (after.secretKeys(namespace, name) !== undefined) continue;
    const users = after
      .ofKind('Ingress')
      .filter(
        (ingress) =>
          after.namespaceOf(ingress) === namespace &&
          tlsEntries(ingress).some(({ secret }) => secret === name),
      );
    if (users.length > 0)
      yield hit(
        change,
        { before: ['metadata', 'name'] },
        `${nameOf(before.identity)} goes, but ${listed(users.map(({ identity }) => nameOf(identity)))} takes its certificate from it: browsers see Traefik's own one`,
      );
  }
}

function typeOf(kind: string, data: JsonObject): string | undefined {
  return text(kind === 'SealedSecret' ? at(data, 'spec', 'template', 'type') : data.type);
}
