import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { splitDocuments } from '../../generator/validate/split-documents.ts';
import { until } from '../support/until.ts';
import { type Answer, type ApiServer, hasGo, startApiServer } from './api-server.ts';
import { addCustomKinds } from './kinds.ts';

interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

/** Everything below a folder that ends in .yaml. */
function manifests(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

describe.skipIf(skip)('a real Kubernetes API server (needs Go)', () => {
  let server: ApiServer;
  const resources = new Map<string, { name: string; namespaced: boolean } | undefined>();

  beforeAll(async () => {
    server = await startApiServer();
    await addCustomKinds(server);
    for (const name of ['skylunch', 'cert-manager', 'sealed-secrets', 'shop']) {
      await server.call(
        'POST',
        '/api/v1/namespaces',
        JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
      );
    }
  });
  afterAll(async () => server?.stop());

  async function resourceOf({ apiVersion, kind }: KubernetesObject) {
    const key = `${apiVersion}/${kind}`;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    // A CRD is served a moment after it is accepted.
    if (!resources.has(key)) {
      const served = async () => {
        const { body } = await server.call('GET', root);
        return body.resources?.find(
          (each: { kind: string; name: string }) => each.kind === kind && !each.name.includes('/'),
        );
      };
      resources.set(key, await until(`${key} is served`, served));
    }
    return { root, ...resources.get(key) };
  }

  /** Server-side apply, strict, without keeping anything. */
  async function apply(text: string): Promise<Answer> {
    const object = parse(text) as KubernetesObject;
    const { root, name, namespaced } = await resourceOf(object);
    const namespace = namespaced ? `/namespaces/${object.metadata.namespace ?? 'default'}` : '';
    const path = `${root}${namespace}/${name}/${object.metadata.name}?dryRun=All&fieldManager=lunchbox&fieldValidation=Strict`;
    return server.call('PATCH', path, text, 'application/apply-patch+yaml');
  }

  it.each(['staging', 'prod'])('accepts every object of %s, strictly', async (environment) => {
    const files = manifests(`clusters/${environment}/manifests`);
    expect(files.length).toBeGreaterThan(20);
    const refused: string[] = [];
    for (const { path, text } of files) {
      const { status, body } = await apply(text);
      if (status !== 200 && status !== 201) refused.push(`${path}: ${status} ${body.message}`);
    }
    expect(refused).toEqual([]);
  });

  it('refuses what the schema pack refuses: a misspelt field', async () => {
    const deployment = readFileSync('clusters/prod/manifests/web/deployment-web.yaml', 'utf8');
    const { status, body } = await apply(deployment.replace('minReadySeconds', 'minReadySecnds'));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.message).toContain('.spec.minReadySecnds: field not declared in schema');
  });

  it('accepts what the schema pack accepts of the test corpus, but for what lies beyond schemas', async () => {
    const folder = 'test/kubeconform/fixtures';
    expect(existsSync(folder)).toBe(true);
    const beyond: string[] = [];
    let accepted = 0;
    for (const { path, text } of manifests(folder).filter(({ path: name }) => /\/valid-/.test(name))) {
      // As it stands: the server reads YAML by itself.
      for (const document of splitDocuments(text)) {
        const object = parse(document.text, { merge: true }) as KubernetesObject | null;
        if (!object?.metadata?.name || /List$/.test(object.kind)) continue;
        if (!(await resourceOf(object)).name) continue;
        const { status, body } = await apply(document.text);
        if (status === 200 || status === 201) accepted++;
        // A schema cannot know this; everything else would be a hole in the pack.
        else if (!/is invalid|not found|forbidden|Required value|Invalid value|must be/.test(body.message)) {
          beyond.push(`${path} ${object.kind}: ${body.message}`);
        }
      }
    }
    expect(beyond).toEqual([]);
    expect(accepted).toBeGreaterThan(15);
  });
});
