import { at, text } from '../../../fields.ts';
import type { Path } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { tlsEntries } from '../../../validate/cluster/references.ts';
import type { ObjectChange } from '../../change.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { treesOf } from '../trees.ts';

/** A host that is answered over HTTPS, and the Secret with its certificate. */
interface SecuredHost {
  host: string;
  secret: string;
  change: ObjectChange | undefined;
  at: Path;
}

/** Hosts whose certificate is new, gone or another one, whichever Ingress states it. */
export function* changedHosts(context: RiskContext): Iterable<RiskHit> {
  const routes = context.changes.some(({ before, after }) =>
    [before, after].some((side) => ['Ingress', 'IngressRoute'].includes(side?.identity.kind ?? '')),
  );
  if (!routes) return;
  const trees = treesOf(context);
  const [old, now] = [secured(trees.before, context, 'before'), secured(trees.after, context, 'after')];
  for (const [host, entries] of now) {
    const known = old.get(host);
    const secrets = new Set(known?.map(({ secret }) => secret));
    const fresh = entries.find(({ secret }) => !secrets.has(secret));
    if (!fresh?.change) continue;
    yield hit(
      fresh.change,
      { after: fresh.at },
      known
        ? `certificate of ${host} moves to Secret ${fresh.secret}: browsers see Traefik's own certificate until it is issued`
        : `${host} needs a certificate: browsers see Traefik's own one until it is issued, and that needs its DNS record`,
    );
  }
  for (const [host, entries] of old) {
    const [first] = entries;
    if (!now.has(host) && first?.change)
      yield hit(
        first.change,
        { before: first.at },
        `${host} has no certificate any more: browsers refuse it over HTTPS`,
      );
  }
}

function secured(
  cluster: Cluster,
  { changes }: RiskContext,
  side: 'before' | 'after',
): Map<string, SecuredHost[]> {
  const changeOf = new Map(changes.flatMap((change) => (change[side] ? [[change[side], change]] : [])));
  const hosts = new Map<string, SecuredHost[]>();
  const add = (entry: SecuredHost) => hosts.set(entry.host, [...(hosts.get(entry.host) ?? []), entry]);
  for (const ingress of cluster.ofKind('Ingress')) {
    const namespace = cluster.namespaceOf(ingress);
    for (const { hosts: names, secret, at: way } of tlsEntries(ingress)) {
      for (const [index, host] of names.entries())
        add({
          host,
          secret: `${namespace}/${secret ?? '(none)'}`,
          change: changeOf.get(ingress),
          at: secret === undefined ? way : [...way, 'hosts', index],
        });
    }
  }
  for (const route of cluster.ofKind('IngressRoute')) {
    const secret = text(at(route.data, 'spec', 'tls', 'secretName'));
    if (secret !== undefined)
      add({
        host: `IngressRoute/${route.identity.name}`,
        secret: `${cluster.namespaceOf(route)}/${secret}`,
        change: changeOf.get(route),
        at: ['spec', 'tls', 'secretName'],
      });
  }
  return hosts;
}
