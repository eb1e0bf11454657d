import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceCluster, startReferenceCluster } from '../cluster/control-plane/reference-cluster.ts';
import {
  keyText,
  makeReferenceRepository,
  type ReferenceRepository,
  SECRET_VALUES,
} from '../cluster/control-plane/reference-repository.ts';
import { missingForController } from '../cluster/control-plane/sealed-secrets.ts';
import { hasGo } from '../cluster/programs.ts';

const skip = (!hasGo || missingForController !== undefined) && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)(
  "this repository's staging environment on a real control plane, with the upstream sealed-secrets controller (not run without Go and unshare)",
  () => {
    let cluster: ReferenceCluster;
    let repository: ReferenceRepository;
    let everything = '';

    beforeAll(async () => {
      repository = makeReferenceRepository();
      cluster = await startReferenceCluster();
    });
    afterAll(async () => {
      await cluster?.stop();
      repository?.remove();
    });

    /** Runs the command as a user does. */
    const lunchbox = (...args: string[]) =>
      new Promise<{ code: number; text: string }>((resolve) => {
        const all = [repository.cli, ...args, '--kubeconfig', cluster.plane.kubeconfig];
        execFile(
          process.execPath,
          all,
          { cwd: repository.folder, env: { ...process.env, NO_COLOR: '1' } },
          (error, stdout, stderr) => {
            const text = stdout + stderr;
            everything += text;
            resolve({ code: error ? Number(error.code) : 0, text });
          },
        );
      });
    const opened = async () => {
      const { body } = await cluster.plane.call('GET', '/api/v1/namespaces/skylunch/secrets/skylunch');
      return Object.fromEntries(
        Object.entries(body.data ?? {}).map(([name, value]) => [
          name,
          Buffer.from(String(value), 'base64').toString(),
        ]),
      );
    };

    it('is not begun without the key that its values are sealed for', async () => {
      repository.release('aaaa');
      const { code, text } = await lunchbox('deploy', 'staging', '--no-probe');
      expect(code).toBe(2);
      expect(text).toMatch(/the cluster has no sealing key for clusters\/staging\/sealing\.crt/);
      expect((await cluster.plane.call('GET', '/api/v1/namespaces/skylunch')).status).toBe(404);
    });

    it('is delivered whole, key first, and the controller opens what was sealed', async () => {
      const { code, text } = await lunchbox(
        'deploy',
        'staging',
        '--no-probe',
        '--sealing-key',
        repository.sealingKey,
      );
      expect(text).toContain('delivered as release 1');
      expect(code).toBe(0);
      expect(text).toContain('ready     HelmChart kube-system/traefik');
      expect(text).toContain('ready     Deployment kube-system/traefik');
      expect(await opened()).toMatchObject(SECRET_VALUES);
      const issuers = (await cluster.plane.call('GET', '/apis/cert-manager.io/v1/clusterissuers')).body.items;
      expect(issuers).toHaveLength(2);
      expect((await lunchbox('status', 'staging')).code).toBe(0);
    });

    it('has nothing to do when nothing changes', async () => {
      const { code, text } = await lunchbox('deploy', 'staging', '--no-probe');
      expect(text).toContain('nothing to do; release 1 runs');
      expect(code).toBe(0);
      expect((await lunchbox('drift', 'staging')).code).toBe(0);
    });

    it('goes back by itself from an image that cannot be pulled, and says why', async () => {
      repository.release('bbbb');
      expect((await lunchbox('deploy', 'staging', '--no-probe')).text).toContain('delivered as release 2');
      repository.release('dead');
      const { code, text } = await lunchbox('deploy', 'staging', '--no-probe');
      expect(code).toBe(1);
      expect(text).toMatch(/sha256:dead/);
      expect(text).toContain('going back to release 2');
      expect(text).toContain('failed, and the last good release was put back; release 2 runs');
      const { body } = await cluster.plane.call('GET', '/apis/apps/v1/namespaces/skylunch/deployments/web');
      expect(body.spec.template.spec.containers[0].image).toContain('sha256:bbbb');
      const { text: history } = await lunchbox('history', 'staging');
      expect(history).toMatch(/\* +2 {2}delivered/);
      expect(history).toMatch(/ 3 {2}failed/);
    });

    it('goes back on purpose, and forward again only with what is newer', async () => {
      const { code, text } = await lunchbox('rollback', 'staging', '--no-probe');
      expect(text).toContain('lunchbox rollback to 1');
      expect(code).toBe(0);
      expect(text).toContain('git still says what was delivered before');
      const { body } = await cluster.plane.call('GET', '/apis/apps/v1/namespaces/skylunch/deployments/web');
      expect(body.spec.template.spec.containers[0].image).toContain('sha256:aaaa');
      const older = await lunchbox('deploy', 'staging', '--no-probe', '--revision', 'HEAD~1');
      expect(older.code).toBe(2);
      expect(older.text).toContain('is older than');
      repository.release('cccc');
      expect((await lunchbox('deploy', 'staging', '--no-probe')).text).toContain('delivered as release 5');
    });

    it('finds what somebody changed by hand', async () => {
      const scale = { spec: { replicas: 3 } };
      await cluster.plane.call(
        'PATCH',
        '/apis/apps/v1/namespaces/skylunch/deployments/web?fieldManager=kubectl-edit',
        JSON.stringify(scale),
        'application/merge-patch+json',
      );
      await cluster.plane.call('DELETE', '/api/v1/namespaces/skylunch/services/redis');
      const { code, text } = await lunchbox('drift', 'staging');
      expect(code).toBe(1);
      expect(text).toMatch(/Deployment skylunch\/web\n +replicas: 3 → 1 \(by kubectl-edit\)/);
      expect(text).toMatch(/Service skylunch\/redis\n +it is not there any more/);
      expect((await lunchbox('deploy', 'staging', '--no-probe')).code).toBe(0);
      expect((await lunchbox('drift', 'staging')).code).toBe(0);
    });

    it('is brought back from the repository and the key alone when the cluster is lost', async () => {
      await cluster.stop();
      cluster = await startReferenceCluster();
      const { code, text } = await lunchbox(
        'deploy',
        'staging',
        '--no-probe',
        '--sealing-key',
        repository.sealingKey,
      );
      expect(text).toContain('delivered as release 1');
      expect(code).toBe(0);
      expect(await opened()).toMatchObject(SECRET_VALUES);
    });

    it('never told a secret', () => {
      const key = keyText(repository).split('\n')[1] ?? '';
      expect(key.length).toBeGreaterThan(40);
      for (const secret of [...Object.values(SECRET_VALUES), key, 'test-token']) {
        expect(everything).not.toContain(secret);
        expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
      }
    });
  },
);
