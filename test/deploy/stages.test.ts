import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, STAGES, stageOf } from '../../generator/deploy/stages.ts';
import { nameOf } from '../../generator/manifest.ts';
import { readManifests } from '../../generator/validate/read-manifests.ts';

const folder = 'clusters/staging/manifests';
const { manifests } = readManifests(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') })),
);

describe('the order of a delivery', () => {
  const order = inOrder(manifests).map(({ identity }) => nameOf(identity));
  const precedes = (one: string, other: string) => {
    expect(order).toContain(one);
    expect(order).toContain(other);
    expect(order.indexOf(one), `${one} before ${other}`).toBeLessThan(order.indexOf(other));
  };

  it('gives each object what it needs before it', () => {
    precedes('Namespace/skylunch', 'NetworkPolicy/default-deny');
    precedes('NetworkPolicy/default-deny', 'Deployment/web');
    precedes('ServiceAccount/skylunch', 'Deployment/web');
    precedes('ConfigMap/web-env', 'Deployment/web');
    precedes('HelmChart/sealed-secrets', 'SealedSecret/skylunch');
    precedes('SealedSecret/skylunch', 'Deployment/web');
    precedes('HelmChart/cert-manager', 'ClusterIssuer/letsencrypt-staging');
    precedes('ClusterIssuer/letsencrypt-staging', 'Ingress/skylunch');
    precedes('Service/web', 'Deployment/web');
    precedes('StatefulSet/redis', 'Deployment/web');
    precedes('Deployment/web', 'Ingress/skylunch');
  });

  it('is the same however the objects come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(manifests, { minLength: manifests.length }), (shuffled) => {
        expect(inOrder(shuffled).map(({ identity }) => nameOf(identity))).toEqual(order);
      }),
      { numRuns: 50 },
    );
  });

  it('goes from stage to stage, and brings kinds that nobody knows with the workloads', () => {
    const stages = inOrder(manifests).map((manifest) => STAGES.indexOf(stageOf(manifest)));
    expect(stages).toEqual([...stages].sort((a, b) => a - b));
    const { manifests: other } = readManifests([
      { path: 'a.yaml', text: 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: a }\n' },
    ]);
    expect(other.map(stageOf)).toEqual(['workloads']);
  });
});
