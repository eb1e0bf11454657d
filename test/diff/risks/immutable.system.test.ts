import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, hasGo, startApiServer } from '../../cluster/api-server.ts';
import { until } from '../../support/until.ts';
import { IMMUTABLE_CASES } from './immutable-cases.ts';

interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [key: string]: unknown };
}

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('immutable fields of a real Kubernetes API server (needs Go)', () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer();
    for (const [name, allowVolumeExpansion] of [
      ['grows', true],
      ['local-path', false],
    ] as const) {
      const storageClass = {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name },
        provisioner: 'a.example/b',
        allowVolumeExpansion,
      };
      const made = await server.call(
        'POST',
        '/apis/storage.k8s.io/v1/storageclasses',
        JSON.stringify(storageClass),
      );
      expect(made.status).toBe(201);
    }
    // Pods are only let in with an account to run as.
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await server.call(
      'POST',
      '/api/v1/namespaces',
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }),
    );
    await server.call('POST', '/api/v1/namespaces/default/serviceaccounts', JSON.stringify(account));
  });
  afterAll(async () => server?.stop());

  async function pathOf({ apiVersion, kind, metadata }: KubernetesObject, name: string): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { body } = await server.call('GET', root);
    const resource = body.resources?.find(
      (each: { kind: string; name: string }) => each.kind === kind && !each.name.includes('/'),
    );
    if (!resource) throw new Error(`${apiVersion} ${kind} is not served`);
    return `${root}${metadata.namespace ? `/namespaces/${metadata.namespace}` : ''}/${resource.name}/${name}`;
  }

  const apply = (path: string, object: object, query = '') =>
    server.call(
      'PATCH',
      `${path}?fieldManager=lunchbox&fieldValidation=Strict${query}`,
      JSON.stringify(object),
      'application/apply-patch+yaml',
    );

  it.each(IMMUTABLE_CASES.map((each, index) => ({ ...each, index })))(
    '$name',
    async ({ before, after, refused, status, beyond, index }) => {
      // The name of a definition follows from what it defines.
      const own =
        (before as KubernetesObject).kind === 'CustomResourceDefinition'
          ? 'things.test.example'
          : `x${index}`;
      const named = (object: object) => ({
        ...object,
        metadata: { ...(object as KubernetesObject).metadata, name: own },
      });
      const path = await pathOf(before as KubernetesObject, own);
      const first = await apply(path, named(before));
      expect(first.status, JSON.stringify(first.body)).toBe(201);
      try {
        if (status) {
          const patched = await server.call(
            'PATCH',
            `${path}/status`,
            JSON.stringify({ status }),
            'application/merge-patch+json',
          );
          expect(patched.status, JSON.stringify(patched.body)).toBe(200);
        }
        if ((before as KubernetesObject).kind === 'CustomResourceDefinition') await established(path);
        const second = await apply(path, named(after));
        if (refused.length === 0 || beyond)
          expect(second.status, JSON.stringify(second.body.message)).toBe(200);
        else {
          // A claim that cannot grow is refused by admission, everything else by validation.
          expect([422, 403], JSON.stringify(second.body)).toContain(second.status);
          if (second.status === 403) expect(second.body.message).toMatch(/must support resize/);
          else
            expect(second.body.message).toMatch(
              /immutable|may not|forbidden|cannot change|only be modified in tandem|less than or equal to previous|clusterIPs|only allowed for updateStrategy/i,
            );
        }
      } finally {
        await server.call('DELETE', `${path}?gracePeriodSeconds=0`);
        // The next one has the same name.
        if (own === 'things.test.example') await gone(path);
      }
    },
  );

  const gone = (path: string) =>
    until('the definition is deleted', async () => (await server.call('GET', path)).status === 404);

  const established = (path: string) =>
    until('the definition is established', async () => {
      const { body } = await server.call('GET', path);
      const conditions: { type: string; status: string }[] = body.status?.conditions ?? [];
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    });
});
