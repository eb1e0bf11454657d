import { type Obj, object } from './objects.ts';

/** An ACME issuer `web`, whose account key is in Secret `<kind>-account`. */
export const issuer = (solvers: unknown[], kind = 'ClusterIssuer') =>
  object('cert-manager.io/v1', kind, {
    spec: { acme: { privateKeySecretRef: { name: `${kind}-account` }, solvers } },
  });

/** A solver that answers through an Ingress. */
export const http01 = (solver: Obj) => ({ http01: { ingress: solver } });

/** A Certificate that asks issuer `web`, kept in a Secret of its own name. */
export const certificate = (kind: string, name = 'web') =>
  object(
    'cert-manager.io/v1',
    'Certificate',
    { spec: { secretName: name, dnsNames: [], issuerRef: { kind, name: 'web' } } },
    name,
  );
