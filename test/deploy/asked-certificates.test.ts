import { describe, expect, it } from 'vitest';
import {
  type AskedCertificate,
  askedCertificates,
  notAsAsked,
} from '../../generator/deploy/asked-certificates.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { treeOf } from './support/world.ts';

const asked: AskedCertificate = {
  namespace: 'shop',
  name: 'web-tls',
  hosts: ['a.example', 'b.example'],
  issuer: { kind: 'ClusterIssuer', name: 'le' },
};
const certificate = (spec: JsonObject): JsonObject => ({ kind: 'Certificate', spec });
const issuerRef = { kind: 'ClusterIssuer', name: 'le' };

const ingress = (annotations: string, tls = '[{ hosts: [a.example], secretName: web-tls }]') =>
  treeOf([
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { ${annotations} } }
spec: { tls: ${tls}, defaultBackend: { service: { name: web, port: { number: 80 } } } }
`,
  ]).manifests;

describe('certificates that Ingresses ask for', () => {
  it.each([
    ['cert-manager.io/cluster-issuer: le', { kind: 'ClusterIssuer', name: 'le' }],
    ['cert-manager.io/issuer: le', { kind: 'Issuer', name: 'le' }],
    ['cert-manager.io/issuer: le, cert-manager.io/issuer-kind: Other', { kind: 'Other', name: 'le' }],
  ])('by %s', (annotations, issuer) => {
    expect(askedCertificates(ingress(annotations))).toEqual([
      { namespace: 'shop', name: 'web-tls', hosts: ['a.example'], issuer },
    ]);
  });

  it('are none without an issuer, and none without a Secret', () => {
    expect(askedCertificates(ingress('other: x'))).toEqual([]);
    expect(askedCertificates(ingress('cert-manager.io/issuer: le', '[{ hosts: [a.example] }]'))).toEqual([]);
  });

  it.each<[string, JsonObject, string | undefined]>([
    ['as asked', { dnsNames: ['a.example', 'b.example'], issuerRef }, undefined],
    ['for more', { dnsNames: ['a.example', 'b.example', 'c.example'], issuerRef }, undefined],
    ['for all hosts of a domain', { dnsNames: ['*.example'], issuerRef }, undefined],
    ['for less', { dnsNames: ['a.example'], issuerRef }, 'it is not for b.example yet'],
    ['for a level below', { dnsNames: ['*.a.example'], issuerRef }, 'it is not for a.example, b.example yet'],
    [
      'of another issuer',
      { dnsNames: ['*.example'], issuerRef: { kind: 'ClusterIssuer', name: 'le-staging' } },
      'it is of ClusterIssuer le-staging, and not of ClusterIssuer le yet',
    ],
    [
      'of an issuer of its namespace',
      { dnsNames: ['*.example'], issuerRef: { name: 'le' } },
      'it is of Issuer le, and not of ClusterIssuer le yet',
    ],
    ['of no shape', {}, 'it is not for a.example, b.example yet'],
  ])('%s', (_, spec, expected) => {
    expect(notAsAsked(certificate(spec), asked)).toBe(expected);
  });
});
