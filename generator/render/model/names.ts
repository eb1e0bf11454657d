import type { Environment, Host, Workload } from '../../spec/environment.ts';

/* Names that several objects must agree on. */

export const REDIS = 'redis';
export const REDIS_PORT = 6379;
export const PULL_SECRET = 'registry';
export const PULL_SECRET_ITEM = '.dockerconfigjson';

export const serviceAccountName = (environment: Environment) => environment.app;
/** The Secret that holds every sealed value of the app's own. */
export const secretName = (environment: Environment) => environment.app;
export const issuerName = (issuer: 'production' | 'staging') => `letsencrypt-${issuer}`;
/** One certificate for each host: a host whose DNS is wrong cannot hold up the others. */
export const tlsSecretName = (host: Host) => `${host.host.replaceAll('.', '-')}-tls`;
export const envConfigName = (workload: Workload) => `${workload.name}-env`;
export const filesConfigName = (workload: Workload) => `${workload.name}-files`;
export const claimName = (workload: Workload, volume: string) => `${workload.name}-${volume}`;

/** Labels that a workload's pods are selected by; immutable once deployed, so as few as tell it apart. */
export function selectorLabels(environment: Environment, name: string): Record<string, string> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': environment.app };
}

export function objectLabels(
  environment: Environment,
  name: string,
  component: string,
): Record<string, string> {
  return {
    ...selectorLabels(environment, name),
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/managed-by': 'lunchbox',
  };
}
