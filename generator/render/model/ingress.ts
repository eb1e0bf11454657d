import type { JsonObject } from '../../manifest.ts';
import type { Environment } from '../../spec/environment.ts';
import { issuerName, objectLabels, tlsSecretName } from './names.ts';
import type { ObjectSpec } from './object.ts';

/** How requests come in: HTTPS with certificates, and HTTP that only redirects there. */
export function ingressObjects(environment: Environment): ObjectSpec[] {
  const { app, namespace, hosts, tls } = environment;
  if (hosts.length === 0 || !tls) return [];
  const rules = hosts.map((host) => ({
    host: host.host,
    tlsSecret: tlsSecretName(host),
    // The longest prefix first: not that Traefik needs it, but readers do.
    paths: [...host.paths]
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ path, workload }) => ({ path, workload })),
  }));
  const middleware = (name: string) => `${namespace}-${name}@kubernetescrd`;
  // Browsers give no way around a bad certificate once they have seen HSTS: never with an untrusted issuer.
  const hsts = tls.issuer === 'production';
  const base: JsonObject = {
    app,
    environment: environment.name,
    namespace,
    labels: objectLabels(environment, app, 'ingress'),
    rules,
  };
  const object = (template: string, kind: string, name: string, context: JsonObject = {}): ObjectSpec => ({
    template: `ingress/${template}`,
    component: 'ingress',
    kind,
    name,
    context: { ...base, objectName: name, ...context },
  });
  return [
    object('ingress', 'Ingress', app, {
      issuer: issuerName(tls.issuer),
      middlewares: [...(hsts ? [middleware('hsts')] : []), middleware('retry')].join(','),
    }),
    object('ingress-redirect', 'Ingress', `${app}-redirect`, { middlewares: middleware('https-redirect') }),
    object('middleware-https-redirect', 'Middleware', 'https-redirect'),
    object('middleware-retry', 'Middleware', 'retry'),
    ...(hsts ? [object('middleware-hsts', 'Middleware', 'hsts')] : []),
  ];
}
