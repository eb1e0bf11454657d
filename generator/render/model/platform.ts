import type { JsonObject } from '../../manifest.ts';
import type { Environment } from '../../spec/environment.ts';
import { issuerName } from './names.ts';
import type { ObjectSpec } from './object.ts';

/** What the cluster itself needs: Traefik's settings, sealed-secrets, and cert-manager with two issuers. */
export function platformObjects(environment: Environment): ObjectSpec[] {
  const { addons, tls, hosts } = environment;
  const object = (template: string, kind: string, name: string, context: JsonObject = {}): ObjectSpec => ({
    template: `platform/${template}`,
    component: 'platform',
    kind,
    name,
    context: { environment: environment.name, objectName: name, ...context },
  });
  const objects = [
    object('namespace', 'Namespace', 'sealed-secrets', { podSecurity: 'restricted' }),
    object('helmchart-sealed-secrets', 'HelmChart', 'sealed-secrets', {
      chart: addons.sealedSecretsChart,
      controller: addons.sealedSecrets,
    }),
    object('networkpolicy-sealed-secrets', 'NetworkPolicy', 'sealed-secrets'),
    object('helmchartconfig-traefik', 'HelmChartConfig', 'traefik'),
  ];
  if (!tls || hosts.length === 0) return objects;
  objects.push(
    object('namespace', 'Namespace', 'cert-manager', { podSecurity: 'restricted' }),
    object('helmchart-cert-manager', 'HelmChart', 'cert-manager', { chart: addons.certManager }),
  );
  for (const [issuer, server] of Object.entries(ACME_SERVERS)) {
    const name = issuerName(issuer as keyof typeof ACME_SERVERS);
    objects.push(
      object('clusterissuer', 'ClusterIssuer', name, {
        server,
        email: tls.email,
        account: `${name}-account`,
      }),
    );
  }
  return objects;
}

/** Let's Encrypt's two directories. */
const ACME_SERVERS = {
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
  production: 'https://acme-v02.api.letsencrypt.org/directory',
};
