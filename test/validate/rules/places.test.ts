import { describe, expect, it } from 'vitest';
import { locate } from '../../../generator/validate/locate.ts';
import { rules } from '../../../generator/validate/rules/index.ts';
import { fixture, violationsIn } from './findings.ts';

/** Where each bad fixture is bad: severity, object, field, and the line that a person is sent to. */
const PLACES: Record<string, string[]> = {
  'acme-account-key-shared': [
    'error ClusterIssuer/letsencrypt spec/acme/privateKeySecretRef/name | name: letsencrypt-account',
  ],
  'configmap-key-missing': [
    'error Deployment/web spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef | configMapKeyRef:',
  ],
  'duplicate-object': ['error ConfigMap/web metadata/name | name: web'],
  'hpa-target-missing': ['error HorizontalPodAutoscaler/web spec/scaleTargetRef/name | name: web'],
  'image-mutable': [
    'warning Deployment/web spec/template/spec/containers/0/image | image: ghcr.io/acme/shop:1.4.2',
  ],
  'ingress-class-annotation': [
    'warning Ingress/shop metadata/annotations/kubernetes.io/ingress.class | kubernetes.io/ingress.class: traefik',
  ],
  'ingress-port-missing': ['error Ingress/shop spec/rules/0/http/paths/0/backend/service/port | port:'],
  'ingress-service-missing': [
    'error Ingress/shop spec/rules/0/http/paths/0/backend/service/name | name: website',
  ],
  'issuer-missing': [
    'error Ingress/shop metadata/annotations/cert-manager.io/cluster-issuer | cert-manager.io/cluster-issuer: letsencrypt-prod',
  ],
  'namespace-missing': ['error ConfigMap/web metadata/namespace | namespace: shop'],
  'networkpolicy-blocks-acme-solver': ['error NetworkPolicy/default-deny spec | spec:'],
  'networkpolicy-blocks-ingress': ['error NetworkPolicy/default-deny spec | spec:'],
  'pdb-blocks-drain': ['error PodDisruptionBudget/web spec/minAvailable | minAvailable: 2'],
  'plaintext-secret': ['error Secret/web data | data:'],
  'prestop-exceeds-grace': [
    'error Deployment/web spec/template/spec/containers/0/lifecycle/preStop | preStop:',
  ],
  'probe-port-missing': [
    'error Deployment/web spec/template/spec/containers/0/readinessProbe/httpGet/port | port: http',
  ],
  'pvc-missing': [
    'error Deployment/web spec/template/spec/volumes/0/persistentVolumeClaim/claimName | claimName: web-data',
  ],
  'removed-api': ['error CronJob/tidy apiVersion | apiVersion: batch/v1beta1'],
  'rollout-none-available': [
    'error Deployment/web spec/strategy/rollingUpdate/maxUnavailable | maxUnavailable: 2',
  ],
  'rollout-without-readiness': ['error Deployment/web spec/template/spec/containers/0 | - name: web'],
  'rwo-volume-rolling-update': ['error Deployment/web spec/template/spec/volumes/0 | - name: data'],
  'sealed-secret-malformed': [
    'error SealedSecret/web spec/encryptedData/password | password: AgAfSJWC9+pMIItwIZortqMiInp1FmMFMKEO1/JxDPvkRwsU1Q',
  ],
  'secret-key-missing': [
    'error Deployment/web spec/template/spec/containers/0/env/0/valueFrom/secretKeyRef | secretKeyRef:',
  ],
  'secret-missing': [
    'error Deployment/web spec/template/spec/containers/0/envFrom/0/secretRef | - secretRef:',
  ],
  'secret-whitespace': ['error Secret/web data/password | password: aHVudGVyMgo='],
  'selector-mismatch': ['error Deployment/web spec/selector | selector:'],
  'service-account-missing': [
    'error Deployment/web spec/template/spec/serviceAccountName | serviceAccountName: web',
  ],
  'service-selects-nothing': ['error Service/web spec/selector | selector:'],
  'service-target-port': ['error Service/web spec/ports/0/targetPort | targetPort: 8080'],
  'single-node-trap': ['error Deployment/web spec/template/spec/affinity/podAntiAffinity | podAntiAffinity:'],
  'tls-host-uncovered': ['error Ingress/shop spec/rules/0/host | - host: www.shop.example'],
  'tls-secret-is-account-key': ['error Ingress/shop spec/tls/0/secretName | secretName: letsencrypt-tls'],
  'yaml-ambiguous-scalar': [
    'error ConfigMap/web data/COUNTRY | COUNTRY: NO',
    'error ConfigMap/web data/MODE | MODE: 0777',
  ],
};

it('says of every rule where its fixture is bad', () => {
  expect(Object.keys(PLACES).sort()).toEqual(rules.map(({ id }) => id).sort());
});

describe.each(Object.entries(PLACES))('%s', (rule, expected) => {
  it('is placed at the field that is wrong', () => {
    const text = fixture(`rules/${rule}/bad.yaml`);
    const lines = text.split('\n');
    const found = violationsIn(text).map(({ severity, manifest, at }) => {
      const line = lines[locate(manifest, at).line - 1] ?? '';
      const { kind, name } = manifest.identity;
      return `${severity} ${kind}/${name} ${at.join('/')} | ${line.trim().slice(0, 60)}`;
    });
    expect(found).toEqual(expected);
  });
});
