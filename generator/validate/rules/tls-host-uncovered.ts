import { at, items, text } from '../../fields.ts';
import { issuerReferences, tlsEntries } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const tlsHostUncovered: Rule = {
  id: 'tls-host-uncovered',
  severity: 'error',
  summary: 'An Ingress with TLS serves a host that its TLS section does not name',
  why: "No certificate is asked for that host. Visitors get Traefik's self-signed one and a warning that fills the page.",
  fix: 'List the host in `spec.tls[].hosts`.',
  *check(cluster) {
    const wanting = new Set(issuerReferences(cluster).map(({ manifest }) => manifest));
    for (const ingress of cluster.ofKind('Ingress')) {
      const entries = tlsEntries(ingress);
      if (entries.length === 0) {
        if (!wanting.has(ingress)) continue;
        yield {
          manifest: ingress,
          at: ['spec'],
          message: `Ingress/${ingress.identity.name} names an issuer but has no \`tls\`: no certificate is ever asked for`,
          fix: 'Add `spec.tls` with `hosts` and a `secretName`.',
        };
        continue;
      }
      // Without a host an entry stands for all of them, but cert-manager passes it over.
      if (!wanting.has(ingress) && entries.some(({ hosts }) => hosts.length === 0)) continue;
      const covered = entries.flatMap(({ hosts }) => hosts);
      for (const { item, index } of items(at(ingress.data, 'spec', 'rules'))) {
        const host = text(item.host);
        if (host === undefined || covered.some((name) => covers(name, host))) continue;
        yield {
          manifest: ingress,
          at: ['spec', 'rules', index, 'host'],
          message: `Ingress/${ingress.identity.name} serves ${host}, but its TLS section names only ${covered.join(', ') || 'no host'}`,
        };
      }
    }
  },
};

/** A wildcard stands for exactly one label. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));
}
