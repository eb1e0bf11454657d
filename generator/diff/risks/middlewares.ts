import { at, items, labelsOf, text } from '../../fields.ts';
import type { Manifest } from '../../manifest.ts';
import type { Cluster } from '../../validate/cluster/cluster.ts';

const ANNOTATION = 'traefik.ingress.kubernetes.io/router.middlewares';
const PROVIDER = '@kubernetescrd';

/** The Middlewares that an Ingress or IngressRoute asks for, as `namespace/name`. */
export function middlewaresOf(cluster: Cluster, manifest: Manifest): string[] {
  const own = cluster.namespaceOf(manifest);
  const inRoutes = items(at(manifest.data, 'spec', 'routes')).flatMap(({ item }) =>
    items(item.middlewares).map(
      (each) => `${text(each.item.namespace) ?? own}/${text(each.item.name) ?? ''}`,
    ),
  );
  const annotation = labelsOf(at(manifest.data, 'metadata', 'annotations'))[ANNOTATION] ?? '';
  const known = cluster.ofKind('Middleware');
  const inAnnotation = annotation
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name.endsWith(PROVIDER))
    .map((name) => name.slice(0, -PROVIDER.length))
    // `namespace-name`: where the one ends and the other begins is for the objects to say.
    .map((name) => {
      const found = known.find((each) => `${cluster.namespaceOf(each)}-${each.identity.name}` === name);
      if (found) return `${cluster.namespaceOf(found)}/${found.identity.name}`;
      return name.startsWith(`${own}-`) ? `${own}/${name.slice(own.length + 1)}` : name;
    });
  return [...inRoutes, ...inAnnotation];
}
