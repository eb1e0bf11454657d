import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keyText } from '../../cluster/control-plane/reference-repository.ts';
import { missingForController } from '../../cluster/control-plane/sealed-secrets.ts';
import { hasGo } from '../../cluster/programs.ts';
import { leaks } from '../../support/leak-scan.ts';
import { until } from '../../support/until.ts';
import { startWorkflow, type Workflow } from './workflow.ts';

const skip = (!hasGo || missingForController !== undefined) && !process.env.LUNCHBOX_REQUIRE_ALL;
const URL_OF_STAGING = /^https:\/\/\S+$/;
const runUrl = (id: number) => `https://github.com/acme/shop/actions/runs/${id}`;

describe.skipIf(skip)(
  'actions/deploy on a real control plane, as GitHub runs it (not run without Go and unshare)',
  () => {
    let workflow: Workflow;
    beforeAll(async () => {
      workflow = await startWorkflow();
    });
    afterEach(() => {
      workflow.github.faults.length = 0;
      workflow.github.denied.clear();
    });
    afterAll(() => workflow?.stop());

    const deployments = () => workflow.github.deployments;
    const statesOf = (index: number) =>
      deployments()
        .at(index)
        ?.statuses.map(({ state }) => state);
    const web = async () => {
      const { body } = await workflow.cluster.plane.call(
        'GET',
        '/apis/apps/v1/namespaces/skylunch/deployments/web',
      );
      return String(body.spec.template.spec.containers[0].image);
    };
    const scale = (replicas: number) =>
      workflow.cluster.plane.call(
        'PATCH',
        '/apis/apps/v1/namespaces/skylunch/deployments/web?fieldManager=kubectl-edit',
        JSON.stringify({ spec: { replicas } }),
        'application/merge-patch+json',
      );

    it('plans, and changes nothing in the cluster nor at GitHub', async () => {
      workflow.release('aaaa');
      const run = await workflow.run({ mode: 'plan' });
      expect(run.code, run.log).toBe(0);
      expect(run.outputs).toMatchObject({ result: 'planned', release: '', 'pull-request': '' });
      const plan = JSON.parse(run.outputs.plan ?? '');
      expect(plan.counts.create).toBe(plan.objects.length);
      expect(run.summary).toContain('planned, nothing was changed');
      expect(workflow.github.requests).toEqual([]);
      expect((await workflow.cluster.plane.call('GET', '/api/v1/namespaces/skylunch')).status).toBe(404);
    });

    it('says what is missing when the cluster has no sealing key, and shows a failed deployment', async () => {
      const run = await workflow.run();
      expect(run.code).toBe(1);
      expect(run.log).toMatch(
        /^::error.*::the cluster has no sealing key for clusters\/staging\/sealing\.crt/m,
      );
      expect(run.log).not.toContain('mistake in Lunchbox');
      expect(statesOf(-1)).toEqual(['in_progress', 'failure']);
    });

    it('has nothing to say about drift before anything was delivered, and is no failure', async () => {
      const run = await workflow.run({ mode: 'drift' });
      expect(run.code, run.log).toBe(0);
      expect(run.outputs).toMatchObject({ result: 'undelivered', release: '' });
      expect(run.log).toContain('nothing was delivered to staging yet');
      expect(run.summary).toContain('nothing was delivered to staging yet');
      expect(workflow.github.issues).toEqual([]);
    });

    it('delivers, and tells GitHub from the beginning to the end', async () => {
      const run = await workflow.run({ 'sealing-key': keyText(workflow.repository) });
      expect(run.code, run.log).toBe(0);
      const { result, digest, release, plan, downtime } = run.outputs;
      expect({ result, release, downtime }).toEqual({ result: 'delivered', release: '1', downtime: '' });
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(JSON.parse(plan ?? '')).toMatchObject({ environment: 'staging', digest });
      const commit = workflow.git('rev-parse', 'HEAD');
      const deployment = deployments().at(-1);
      expect(deployment).toMatchObject({ ref: commit, environment: 'staging', description: digest });
      expect(deployment?.statuses).toEqual([
        expect.objectContaining({ state: 'in_progress', log_url: runUrl(45) }),
        expect.objectContaining({
          state: 'success',
          log_url: runUrl(45),
          environment_url: expect.stringMatching(URL_OF_STAGING),
        }),
      ]);
      expect(run.summary).toContain(digest);
      expect(run.summary).toContain(commit.slice(0, 12));
      expect(run.summary).toMatch(/\| workloads \| \d+ \|/);
      expect(run.summary).toContain('- create `Deployment skylunch/web`');
      expect(run.log).not.toContain('::warning');
    });

    it('has nothing to do a second time', async () => {
      const run = await workflow.run();
      expect(run.code, run.log).toBe(0);
      expect(run.outputs).toMatchObject({ result: 'unchanged', release: '1' });
      expect(statesOf(-1)).toEqual(['in_progress', 'success']);
      expect(statesOf(-2)).toEqual(['in_progress', 'success', 'inactive']);
      expect(run.summary).toContain('nothing to do');
    });

    it('goes back from an image that cannot be pulled, and proposes that git does as well', async () => {
      const good = workflow.git('rev-parse', 'HEAD');
      const bad = workflow.release('dead');
      const run = await workflow.run();
      expect(run.code).toBe(1);
      expect(run.outputs).toMatchObject({ result: 'rolled-back', release: '1' });
      expect(await web()).toContain('sha256:aaaa');
      // The last error is the step's; the one before it stands on the line of the manifest.
      expect(run.log).toMatch(
        /^::error title=delivery-failed,file=clusters\/staging\/manifests\/web\/deployment-web\.yaml,line=\d+.*::.*Deployment skylunch\/web.*sha256:dead/m,
      );
      expect(run.log).toMatch(/^::error::.*Deployment skylunch\/web.*release 1 runs again$/m);
      expect(deployments().at(-1)).toMatchObject({ ref: bad });
      expect(deployments().at(-1)?.statuses.at(-1)).toMatchObject({
        state: 'failure',
        description: expect.stringContaining('Release 1 runs again: '),
        environment_url: '',
      });
      const [pull] = workflow.github.pulls;
      expect(run.outputs['pull-request']).toBe(`https://github.com/acme/shop/pull/${pull?.number}`);
      expect(pull).toMatchObject({
        state: 'open',
        base: { ref: 'main' },
        title: 'Roll staging back to release 1',
      });
      expect(pull?.body).toMatch(/Release 2 could not be delivered/);
      // Merged, it would deliver the very bytes that run.
      const branch = `refs/heads/${pull?.head.ref}`;
      expect(workflow.origin.git('rev-parse', `${branch}^`)).toBe(bad);
      expect(workflow.origin.git('diff', '--name-only', 'main', branch).split('\n')).toEqual([
        'clusters/staging/manifests/web/deployment-web.yaml',
        'clusters/staging/release.yaml',
      ]);
      workflow.git('fetch', '--quiet', workflow.origin.folder, branch);
      expect(workflow.git('diff', good, 'FETCH_HEAD', '--', 'clusters/staging')).toBe('');
      expect(run.summary).toContain('failed, and the last good release was put back');
      expect(run.summary).toContain(`merge [the pull request](${run.outputs['pull-request']})`);
      expect(run.summary).toMatch(
        /\| stage \|.*\| workloads \| 1 \|.*\| going back \|.*\| workloads \| 1 \|/s,
      );
    });

    it('closes the pull request when something good was delivered, also with the sealing key at hand', async () => {
      workflow.release('bbbb');
      const run = await workflow.run({ 'sealing-key': keyText(workflow.repository) });
      expect(run.code, run.log).toBe(0);
      expect(run.outputs).toMatchObject({ result: 'delivered', 'pull-request': '' });
      expect(workflow.github.pulls[0]?.state).toBe('closed');
      expect(workflow.github.comments.at(-1)?.body).toContain(`runs release ${run.outputs.release} now`);
      expect(await web()).toContain('sha256:bbbb');
    });

    it('stops when the run is cancelled, says that it is not known what runs, and goes on from there', async () => {
      workflow.release('dead01');
      const run = await workflow.run({}, /ImagePullBackOff/);
      expect(run.code).toBe(1);
      expect(run.log).toMatch(/^::error::interrupted: the delivery stopped between two steps/m);
      expect(run.log).not.toContain('going back');
      expect(deployments().at(-1)?.statuses.at(-1)).toMatchObject({
        state: 'error',
        description: 'interrupted: the delivery stopped between two steps',
      });
      const status = await workflow.run({ mode: 'status' });
      expect(status.code).toBe(1);
      expect(status.log).toContain('unfinished');
      workflow.release('bbbb01');
      const next = await workflow.run();
      expect(next.outputs.result, next.log).toBe('delivered');
    });

    it('says how it is', async () => {
      const run = await workflow.run({ mode: 'status' });
      expect(run.code, run.log).toBe(0);
      expect(run.outputs.result).toBe('clean');
      expect(run.log).toContain('all ready');
      expect(run.summary).toContain('all ready');
    });

    it('keeps one issue about drift, and does not fail where the issue tells it', async () => {
      const drift = () => workflow.run({ mode: 'drift' });
      expect((await drift()).outputs.result).toBe('clean');
      expect(workflow.github.issues).toEqual([]);
      await scale(3);
      const found = await drift();
      expect(found.code, found.log).toBe(0);
      expect(found.outputs.result).toBe('drifted');
      const [issue] = workflow.github.issues;
      expect(issue?.title).toBe('Drift in staging: 1 object differs from what was delivered');
      expect(issue?.body).toContain('replicas: 3');
      expect(found.log).toContain(`issue opened: https://github.com/acme/shop/issues/${issue?.number}`);
      expect(found.summary).toContain(`https://github.com/acme/shop/issues/${issue?.number}`);
      await workflow.cluster.plane.call('DELETE', '/api/v1/namespaces/skylunch/services/redis');
      expect((await drift()).log).toContain('issue updated');
      expect(workflow.github.issues).toHaveLength(1);
      expect(issue?.title).toContain('2 objects differ');
      expect((await workflow.run()).code).toBe(0);
      expect((await drift()).log).toContain('issue closed');
      expect(issue?.state).toBe('closed');
    });

    it('fails when the last good backup is old, though nothing differs', async () => {
      const spec = join(workflow.repository.folder, 'lunchbox.yaml');
      const before = readFileSync(spec, 'utf8');
      const backups = 'backups: { endpoint: https://s3.example.com, bucket: acme-backups, region: fra1 }';
      writeFileSync(spec, before.replace('size: s-2vcpu-4gb }', `size: s-2vcpu-4gb, ${backups} }`));
      const drift = async (hours: number) => {
        const good = String(Math.floor(Date.now() / 1000) - hours * 3600);
        const body = JSON.stringify({ metadata: { annotations: { 'lunchbox.dev/last-good-backup': good } } });
        const path = '/api/v1/namespaces/kube-system?fieldManager=kubectl-annotate';
        await workflow.cluster.plane.call('PATCH', path, body, 'application/merge-patch+json');
        return workflow.run({ mode: 'drift' });
      };
      try {
        const late = await drift(50);
        expect(late.log).toMatch(
          /^::error::the last good backup of staging is of 20\S+ \S+ UTC: .*host staging backup list/m,
        );
        expect(late.code).toBe(1);
        expect(late.outputs.result).toBe('clean');
        const run = await drift(3);
        expect(run.code, run.log).toBe(0);
      } finally {
        writeFileSync(spec, before);
      }
      // Without backups in the spec nobody misses one.
      expect((await drift(50)).code).toBe(0);
    });

    it('takes no half delivery for drift', async () => {
      await scale(3);
      const known = workflow.github.issues.length;
      const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/lunchbox-skylunch-staging';
      const hold = (holder: string) =>
        workflow.cluster.plane.call(
          'PATCH',
          lease,
          JSON.stringify({
            spec: { holderIdentity: holder, renewTime: `${new Date().toISOString().slice(0, -1)}000Z` },
          }),
          'application/merge-patch+json',
        );
      await hold('somebody');
      const run = await workflow.run({ mode: 'drift' });
      await hold('');
      expect(run.code, run.log).toBe(0);
      expect(run.outputs.result).toBe('delivering');
      expect(run.log).toMatch(/delivery of \w+ by .* is running/);
      expect(run.summary).toContain('is running');
      expect(workflow.github.issues).toHaveLength(known);
      expect(workflow.github.issues.every(({ state }) => state === 'closed')).toBe(true);
      expect((await workflow.run()).code).toBe(0);
    });

    it('tells in the issue what another manager owns, instead of failing', async () => {
      const patch = (replicas: number, manager: string) =>
        workflow.cluster.plane.call(
          'PATCH',
          `/apis/apps/v1/namespaces/skylunch/deployments/web?fieldManager=${manager}`,
          JSON.stringify({ spec: { replicas } }),
          'application/merge-patch+json',
        );
      await patch(3, 'terraform');
      const run = await workflow.run({ mode: 'drift' });
      expect(run.code, run.log).toBe(0);
      expect(run.outputs.result).toBe('drifted');
      const issue = workflow.github.issues.at(-1);
      expect(issue?.state).toBe('open');
      expect(issue?.body).toContain('terraform owns .spec.replicas');
      expect((await workflow.run({ 'take-over': 'terraform' })).code).toBe(0);
      expect((await workflow.run({ mode: 'drift' })).log).toContain('issue closed');
    });

    it('fails about drift that no issue tells', async () => {
      await scale(2);
      const silent = await workflow.run({ mode: 'drift', token: '' });
      expect(silent.code).toBe(1);
      expect(silent.log).toMatch(/^::error::staging is not as it was delivered/m);
      workflow.github.denied.add('issues');
      const refused = await workflow.run({ mode: 'drift' });
      expect(refused.code).toBe(1);
      expect(refused.log).toMatch(/^::warning::.*issues: write/m);
      expect(refused.outputs.result).toBe('drifted');
    });

    it('goes back on purpose', async () => {
      const run = await workflow.run({ mode: 'rollback' });
      expect(run.code, run.log).toBe(0);
      expect(run.outputs.result).toBe('delivered');
      expect(await web()).toContain('sha256:bbbb000');
      expect(run.log).toContain('lunchbox rollback to 3 · staging');
      expect(run.log).toMatch(/^::warning::git still says what was delivered before release 3 was put back/m);
      const wrong = await workflow.run({ mode: 'rollback', release: 'last' });
      expect(wrong.code).toBe(1);
      expect(wrong.log).toMatch(/^::error::the input `release` is a number, not `last`/m);
    });

    it('refuses an older commit, and delivers the one that is named', async () => {
      const before = await web();
      const older = await workflow.run({ revision: 'HEAD~1' });
      expect(older.code).toBe(1);
      expect(older.log).toMatch(/^::error::\w{12} is older than \w{12}/m);
      expect(statesOf(-1)).toEqual(['in_progress', 'failure']);
      expect(await web()).toBe(before);
      const named = workflow.git('rev-parse', 'HEAD');
      workflow.release('cccc');
      const run = await workflow.run({ revision: named });
      expect(run.code, run.log).toBe(0);
      expect(deployments().at(-1)?.ref).toBe(named);
      expect(await web()).toContain('sha256:bbbb01');
    });

    it('delivers nothing but what was reviewed', async () => {
      const run = await workflow.run({ 'expect-digest': `sha256:${'0'.repeat(64)}` });
      expect(run.code).toBe(1);
      expect(run.log).toMatch(/^::error::the tree of staging is sha256:\w+, not the one that was reviewed/m);
      expect(await web()).toContain('sha256:bbbb');
      const planned = await workflow.run({ mode: 'plan' });
      const reviewed = await workflow.run({ 'expect-digest': planned.outputs.digest ?? '' });
      expect(reviewed.outputs.result).toBe('delivered');
    });

    it('tells GitHub nothing without a token', async () => {
      const asked = workflow.github.requests.length;
      workflow.release('dddd');
      const run = await workflow.run({ token: '' });
      expect(run.code, run.log).toBe(0);
      expect(run.outputs.result).toBe('delivered');
      expect(workflow.github.requests).toHaveLength(asked);
    });

    it('delivers although its token may do nothing, and says which permission is missing', async () => {
      for (const each of ['deployments', 'issues', 'pull-requests', 'contents'] as const)
        workflow.github.denied.add(each);
      workflow.release('eeee');
      const run = await workflow.run();
      expect(run.code, run.log).toBe(0);
      expect(run.outputs.result).toBe('delivered');
      expect(run.log).toMatch(/^::warning::.*deployments: write/m);
    });

    it('delivers, and goes back, although GitHub is down', async () => {
      workflow.github.faults.push({ status: 502, times: 1000 });
      workflow.release('ffff');
      const run = await workflow.run();
      expect(run.code, run.log).toBe(0);
      expect(run.outputs.result).toBe('delivered');
      expect(run.log).toMatch(/^::warning::.*the deployment of staging/m);
      workflow.release('dead');
      const failed = await workflow.run();
      expect(failed.code).toBe(1);
      expect(failed.outputs).toMatchObject({ result: 'rolled-back', 'pull-request': '' });
      expect(failed.log).toMatch(/^::warning::.*lunchbox\/rollback-staging|^::warning::.*main/m);
      expect(await web()).toContain('sha256:ffff');
    });

    it('proposes that git goes back also where not everything could be put back', async () => {
      workflow.release('dead02');
      const running = workflow.run();
      await until('the release is applied', async () => (await web()).includes('sha256:dead02'));
      const image = (await web()).replace('sha256:dead02', 'sha256:dead03');
      await workflow.cluster.plane.call(
        'PATCH',
        '/apis/apps/v1/namespaces/skylunch/deployments/web?fieldManager=some-operator',
        JSON.stringify({ spec: { template: { spec: { containers: [{ name: 'web', image }] } } } }),
        'application/strategic-merge-patch+json',
      );
      const run = await running;
      expect(run.code).toBe(1);
      expect(run.outputs.result, run.log).toBe('failed');
      expect(await web()).toBe(image);
      const pull = workflow.github.pulls.at(-1);
      expect(run.outputs['pull-request']).toBe(`https://github.com/acme/shop/pull/${pull?.number}`);
      expect(pull?.body).toMatch(/What could not be put back:.*some-operator owns/s);
      expect(run.summary).toContain('what runs is a part of each');
      expect(run.summary).toContain(`merge [the pull request](${run.outputs['pull-request']})`);
      expect(statesOf(-1)).toEqual(['in_progress', 'failure']);
    });

    it('reports an API server that does not take its credential, and none that is there', async () => {
      const { access } = workflow.cluster.plane;
      const strange = (server: string) =>
        JSON.stringify({
          'current-context': 'a',
          contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
          clusters: [
            {
              name: 'a',
              cluster: {
                server,
                'certificate-authority-data': Buffer.from(access.ca ?? '').toString('base64'),
              },
            },
          ],
          users: [{ name: 'a', user: { token: 'canary-wrong-token' } }],
        });
      const run = await workflow.run({ kubeconfig: strange(access.server) });
      expect(run.code).toBe(1);
      expect(run.log).toMatch(/^::error::127\.0\.0\.1:\d+ \(context a, of the kubeconfig\): .*/m);
      expect(run.log).toContain('The credential is not accepted');
      expect(run.log).not.toContain('mistake in Lunchbox');
      expect(statesOf(-1)).toEqual(['in_progress', 'failure']);
      expect(leaks([['log', run.log]], ['canary-wrong-token'])).toEqual([]);
    });

    it('published no secret in any of this', () => {
      expect(workflow.secrets.every((secret) => secret.length >= 10)).toBe(true);
      const published = workflow.published();
      expect(leaks(published, workflow.secrets)).toEqual([]);
      // It does look into all of it.
      const found = leaks(published, ['skylunch']).join('\n');
      for (const where of ['log', 'outputs', 'summary', 'requests', 'branches'])
        expect(found).toMatch(new RegExp(`plain of secret 1 in ${where}`));
    });
  },
);
