import { at, labelsOf, mapping, text } from '../../../fields.ts';
import type { Json, JsonObject, Manifest } from '../../../manifest.ts';
import { nameOf } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { issuerReferences, tlsEntries } from '../../../validate/cluster/references.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { goneOf, pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed, shown } from '../words.ts';

/** Annotations by which an Ingress asks for a certificate. */
const ASKING = ['cert-manager.io/cluster-issuer', 'cert-manager.io/issuer', 'kubernetes.io/tls-acme'];

/** Who issues certificates, and for whom: issuers, and those that ask them. */
export function* changedIssuers(context: RiskContext): Iterable<RiskHit> {
  yield* askedIssuers(context);
  const { after } = treesOf(context);
  for (const { change, before, after: now } of pairsOf(context, 'Issuer', 'ClusterIssuer')) {
    const [old, spec] = [mapping(before.data.spec), mapping(now.data.spec)];
    for (const { way, message } of changedFields(old, spec)) yield hit(change, ['spec', ...way], message);
  }
  const gone = goneOf(context, 'Issuer', 'ClusterIssuer');
  if (gone.length === 0) return;
  const references = issuerReferences(after);
  for (const { change, kind, before } of gone) {
    const users = references.filter(
      ({ kind: asked, name, namespace }) =>
        asked === kind &&
        name === before.identity.name &&
        (kind === 'ClusterIssuer' || namespace === after.namespaceOf(before)),
    );
    const effect =
      users.length === 0
        ? 'nothing here asks it; what asks it from elsewhere is not renewed'
        : `certificates that ask it are not renewed (${listed(users.map(({ manifest }) => nameOf(manifest.identity)))})`;
    yield hit(change, { before: ['metadata', 'name'] }, `${nameOf(before.identity)} goes: ${effect}`);
  }
}

function* changedFields(old: JsonObject, now: JsonObject): Iterable<{ way: string[]; message: string }> {
  const differs = (...way: string[]) => !same(at(old, ...way), at(now, ...way));
  if (differs('acme', 'server'))
    yield {
      way: ['acme', 'server'],
      message: `certificates come from ${authority(at(now, 'acme', 'server'))} instead of ${authority(at(old, 'acme', 'server'))}: ${trust(at(now, 'acme', 'server'), at(old, 'acme', 'server'))}`,
    };
  if (differs('acme', 'email'))
    yield {
      way: ['acme', 'email'],
      message:
        'the account gets another e-mail address: what the authority has to say goes there from now on',
    };
  if (differs('acme', 'privateKeySecretRef'))
    yield {
      way: ['acme', 'privateKeySecretRef'],
      message: 'the account key is another one: a new account is registered before anything is issued',
    };
  if (differs('acme', 'solvers'))
    yield {
      way: ['acme', 'solvers'],
      message: 'the proof for a host is given another way: if it fails, renewals fail later',
    };
  const rest = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => key !== 'acme' && differs(key),
  );
  const acme = mapping(old.acme);
  const others = [...new Set([...Object.keys(acme), ...Object.keys(mapping(now.acme))])].filter(
    (key) => !['server', 'email', 'privateKeySecretRef', 'solvers'].includes(key) && differs('acme', key),
  );
  for (const way of [...rest.map((key) => [key]), ...others.map((key) => ['acme', key])])
    yield {
      way,
      message: `${way.join('.')} of the issuer changes: new certificates may fail or not be trusted`,
    };
}

function* askedIssuers(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  for (const { change, before, after } of pairsOf(context, 'Ingress')) {
    const [old, now] = [annotationsOf(before), annotationsOf(after)];
    const [was, is] = [askedOf(old), askedOf(now)];
    const secrets = tlsEntries(before).flatMap(({ secret }) => secret ?? []);
    const kept = tlsEntries(after).flatMap(({ secret }) =>
      secret !== undefined && secrets.includes(secret) ? [secret] : [],
    );
    if (was.key === undefined && is.key !== undefined && kept.length > 0)
      yield hit(
        change,
        ['metadata', 'annotations', is.key],
        `issuer ${shown(is.name)} is asked from now on: it replaces the certificate in Secret ${listed(kept)}`,
      );
    if (was.key !== undefined && (was.name !== is.name || was.key !== is.key)) {
      const server = (cluster: Cluster, name: string | undefined) => serverOf(cluster, after, name);
      yield hit(
        change,
        {
          before: ['metadata', 'annotations', was.key],
          after: is.key === undefined ? undefined : ['metadata', 'annotations', is.key],
        },
        is.key === undefined
          ? `no issuer is asked any more (before: ${shown(was.name)}): the certificates are not renewed`
          : `issuer ${issuerName(was, is)} -> ${issuerName(is, was)}: every certificate is issued anew; ${trust(server(trees.after, is.name), server(trees.before, was.name))}`,
      );
    }
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (!/^cert-manager\.io\//.test(key) || ASKING.includes(key) || old[key] === now[key]) continue;
      yield hit(change, ['metadata', 'annotations', key], `${key} changes: the certificates are issued anew`);
    }
  }
}

function annotationsOf({ data }: Manifest): Record<string, string> {
  return labelsOf(at(data, 'metadata', 'annotations'));
}

interface Asked {
  /** The annotation that asks. */
  key: string | undefined;
  name: string | undefined;
}

function askedOf(annotations: Record<string, string>): Asked {
  const key = ASKING.find((each) => annotations[each] !== undefined);
  return { key, name: key === undefined ? undefined : annotations[key] };
}

/** An issuer's name; with its kind where the other one has the same. */
function issuerName({ key, name }: Asked, other: Asked): string {
  if (name !== other.name) return shown(name);
  return `${key === 'cert-manager.io/cluster-issuer' ? 'ClusterIssuer' : 'Issuer'}/${shown(name)}`;
}

function serverOf(cluster: Cluster, ingress: Manifest, name: string | undefined): Json | undefined {
  if (name === undefined) return undefined;
  const issuer =
    cluster.find('ClusterIssuer', '', name) ?? cluster.find('Issuer', cluster.namespaceOf(ingress), name);
  return at(issuer?.data, 'spec', 'acme', 'server');
}

function trust(server: Json | undefined, before?: Json): string {
  const staging = (value: Json | undefined) => /staging/.test(text(value) ?? '');
  if (staging(server)) return 'browsers do not trust it';
  if (staging(before)) return 'its rate limits count from now on';
  return 'its rate limits count, and a failure shows in 60 days at the latest';
}

function authority(server: Json | undefined): string {
  return /^https?:\/\/([^/@]+)/.exec(text(server) ?? '')?.[1] ?? 'nobody';
}
