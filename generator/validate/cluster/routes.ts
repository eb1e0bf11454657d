import { at, items, labelsOf, mapping, text, texts } from '../../fields.ts';
import type { Json, JsonObject, Manifest, Path } from '../../manifest.ts';
import type { Cluster } from './cluster.ts';

/** One way in from outside: who asks for this host and path on these entry points is sent to that Service. */
export interface Route {
  manifest: Manifest;
  at: Path;
  /** The same for the same way in, whichever object states it. */
  key: string;
  /** `shop.example/api`, or the rule of an IngressRoute. */
  label: string;
  namespace: string;
  service: string;
  port: Json | undefined;
  exact: boolean;
}

const ENTRY_POINTS = 'traefik.ingress.kubernetes.io/router.entrypoints';

const cache = new WeakMap<Cluster, readonly Route[]>();

/** Every route of a tree: those of Ingresses, and of Traefik's own IngressRoutes. Built once for all checks. */
export function routesOf(cluster: Cluster): readonly Route[] {
  const known = cache.get(cluster);
  if (known) return known;
  const routes = [
    ...cluster.ofKind('Ingress').flatMap((manifest) => ingressRoutes(cluster, manifest)),
    ...cluster.ofKind('IngressRoute').flatMap((manifest) => traefikRoutes(cluster, manifest)),
  ];
  cache.set(cluster, routes);
  return routes;
}

/** The class that serves an Ingress; undefined where none is stated. */
export function classOf(ingress: Manifest): string | undefined {
  const annotations = labelsOf(at(ingress.data, 'metadata', 'annotations'));
  return text(at(ingress.data, 'spec', 'ingressClassName')) ?? annotations['kubernetes.io/ingress.class'];
}

function ingressRoutes(cluster: Cluster, manifest: Manifest): Route[] {
  const spec = mapping(manifest.data.spec);
  const namespace = cluster.namespaceOf(manifest);
  const entry = labelsOf(at(manifest.data, 'metadata', 'annotations'))[ENTRY_POINTS] ?? '';
  const route = (host: string, path: string, backend: Json | undefined, way: Path, exact: boolean): Route => {
    const service = mapping(at(backend, 'service'));
    return {
      manifest,
      at: way,
      key: JSON.stringify([entry.split(',').sort(), host, path]),
      label: `${host || '*'}${path}${entry === '' ? '' : ` on ${entry}`}`,
      namespace,
      service: text(service.name) ?? '',
      port: at(service, 'port', 'number') ?? at(service, 'port', 'name'),
      exact,
    };
  };
  const rules = items(spec.rules).flatMap(({ item: rule, index }) =>
    items(at(rule, 'http', 'paths')).map(({ item, index: position }) =>
      route(
        text(rule.host) ?? '',
        text(item.path) ?? '/',
        item.backend,
        ['spec', 'rules', index, 'http', 'paths', position],
        item.pathType === 'Exact',
      ),
    ),
  );
  if (!spec.defaultBackend) return rules;
  return [...rules, route('', ' (all else)', spec.defaultBackend, ['spec', 'defaultBackend'], false)];
}

function traefikRoutes(cluster: Cluster, manifest: Manifest): Route[] {
  const entry = texts(at(manifest.data, 'spec', 'entryPoints')).sort();
  const own = cluster.namespaceOf(manifest);
  return items(at(manifest.data, 'spec', 'routes')).flatMap(({ item, index }) => {
    const match = text(item.match) ?? '';
    const services: JsonObject[] = items(item.services).map((each) => each.item);
    return (services.length === 0 ? [{}] : services).map(
      (service: JsonObject): Route => ({
        manifest,
        at: ['spec', 'routes', index],
        key: JSON.stringify([entry, match]),
        label: match,
        namespace: text(service.namespace) ?? own,
        service: text(service.name) ?? '',
        port: service.port,
        exact: false,
      }),
    );
  });
}
