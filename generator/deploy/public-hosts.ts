import { at, items, labelsOf, text, texts } from '../fields.ts';
import { knownKind } from '../kinds.ts';
import type { Manifest } from '../manifest.ts';

/** Where users find an environment. */
export interface PublicHost {
  host: string;
  /** `https://shop.example/`, with the first path that an Ingress names. */
  url: string;
  /** Its certificate is one that browsers believe. */
  trusted: boolean;
}

const ENTRY_POINTS = 'traefik.ingress.kubernetes.io/router.entrypoints';

/** The hosts of all Ingresses, once each, over TLS where there is any. Hosts with a wildcard cannot be asked. */
export function publicHosts(manifests: readonly Manifest[]): PublicHost[] {
  const hosts = new Map<string, PublicHost>();
  for (const manifest of manifests) {
    if (knownKind(manifest) !== 'Ingress') continue;
    const annotations = labelsOf(at(manifest.data, 'metadata', 'annotations'));
    const secured = new Set(items(at(manifest.data, 'spec', 'tls')).flatMap(({ item }) => texts(item.hosts)));
    const staging = /staging/.test(annotations['cert-manager.io/cluster-issuer'] ?? '');
    for (const { item } of items(at(manifest.data, 'spec', 'rules'))) {
      const host = text(item.host);
      if (!host || host.includes('*')) continue;
      const tls = secured.has(host);
      // An Ingress for `web` beside one with TLS only redirects.
      if (!tls && (hosts.has(host) || isRedirect(annotations))) continue;
      const path = text(items(at(item, 'http', 'paths'))[0]?.item.path) ?? '/';
      hosts.set(host, { host, url: `${tls ? 'https' : 'http'}://${host}${path}`, trusted: tls && !staging });
    }
  }
  return [...hosts.values()];
}

function isRedirect(annotations: Readonly<Record<string, string>>): boolean {
  return (
    annotations[ENTRY_POINTS] === 'web' &&
    /redirect/.test(annotations['traefik.ingress.kubernetes.io/router.middlewares'] ?? '')
  );
}
