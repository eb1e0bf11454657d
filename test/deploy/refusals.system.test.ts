import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeClock } from '../../adapters/node-clock.ts';
import type { Cluster } from '../../capabilities/ports/cluster.ts';
import { UserError } from '../../generator/errors.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;
const config = (name: string, within: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${within} }\ndata: { x: "${data}" }\n`;

describe.skipIf(skip)('what a cluster refuses, and what is refused to it (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let count = 0;
  /** An app that is there already, and what a delivery of more of it says. */
  const fresh = async () => {
    const app = `refused-${++count}`;
    const tree = (...documents: string[]) => treeOf([namespace(app), ...documents], { app });
    await world.deliver(tree());
    return { app, tree };
  };
  const failure = async (running: Promise<unknown>): Promise<UserError> => {
    const error = await running.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  };
  const post = async (path: string, body: unknown) => {
    const { status, body: answer } = await server.call('POST', path, JSON.stringify(body));
    expect([status, answer.message]).toEqual([201, undefined]);
    return answer;
  };
  const isThere = async (app: string, name: string) =>
    (await server.call('GET', `/api/v1/namespaces/${app}/configmaps/${name}`)).status === 200;

  beforeAll(async () => {
    server = await startApiServer();
    world = new World(server);
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  it('names the quota that is used up, before anything is changed', async () => {
    const { app, tree } = await fresh();
    const hard = { 'count/configmaps': '0' };
    const quotas = `/api/v1/namespaces/${app}/resourcequotas`;
    await post(quotas, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small' },
      spec: { hard },
    });
    // Its controller does not run here.
    const status = { status: { hard, used: hard } };
    await server.call(
      'PATCH',
      `${quotas}/small/status`,
      JSON.stringify(status),
      'application/merge-patch+json',
    );
    await expect
      .poll(async () => (await failure(world.deliver(tree(config('a', app, '1'))))).message, {
        timeout: 20_000,
      })
      .toMatch(/the cluster refuses ConfigMap refused-\d+\/a \(Forbidden\): .*exceeded quota: small/);
    const { problems } = await failure(world.deliver(tree(config('a', app, '1'))));
    expect(problems[0]).toMatchObject({
      remedy: 'Raise the quota of the namespace, or ask for less.',
      place: { file: 'clusters/prod/manifests/001.yaml' },
    });
    expect(await isThere(app, 'a')).toBe(false);
  });

  it('says what a policy of the cluster demands', async () => {
    const { app, tree } = await fresh();
    const policies = '/apis/admissionregistration.k8s.io/v1';
    await post(`${policies}/validatingadmissionpolicies`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'no-x' },
      spec: {
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': app } },
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['configmaps'],
            },
          ],
        },
        validations: [{ expression: "object.data.x != 'forbidden'", message: 'x must be allowed' }],
      },
    });
    await post(`${policies}/validatingadmissionpolicybindings`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'no-x' },
      spec: { policyName: 'no-x', validationActions: ['Deny'] },
    });
    const wanted = tree(config('b', app, 'allowed'), config('a', app, 'forbidden'));
    const plan = () =>
      world.deliver(wanted, { planOnly: true }).then(
        () => 'accepted',
        (error: UserError) => error.message,
      );
    // It takes the server a moment to take a policy up.
    await expect
      .poll(plan, { timeout: 30_000 })
      .toMatch(/the cluster refuses ConfigMap refused-\d+\/a \(Invalid\): .*x must be allowed/);
    await failure(world.deliver(wanted));
    expect(await isThere(app, 'b')).toBe(false);
  });

  it('refuses no change behind a webhook that does not answer: the delivery may be what mends it', async () => {
    const { app, tree } = await fresh();
    await world.deliver(tree(config('a', app, '1')));
    const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    await post(webhooks, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: app },
      webhooks: [
        {
          name: 'down.shop.example',
          clientConfig: { url: `https://127.0.0.1:${await freePort()}/` },
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': app } },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['configmaps'] },
          ],
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    });
    const wanted = tree(config('a', app, '2'));
    // It takes the server a moment to take a webhook up.
    await until('the webhook is asked', async () => {
      const { outcome, text } = await world.deliver(wanted, { planOnly: true });
      expect(outcome.plan.objects.filter(({ action }) => action !== 'unchanged')).toMatchObject([
        { owned: { name: 'a' }, action: 'change' },
      ]);
      return text.includes('what would change is not known: webhook down.shop.example does not answer');
    });
    let mended: Promise<unknown> | undefined;
    const { outcome } = await world.deliver(
      wanted,
      {},
      {
        report: (event) => {
          if (event.type === 'waiting' && event.message === 'webhook down.shop.example does not answer yet')
            mended ??= server.call('DELETE', `${webhooks}/${app}`);
        },
      },
    );
    await mended;
    expect(mended).toBeDefined();
    expect(outcome.result).toBe('delivered');
    const { body } = await server.call('GET', `/api/v1/namespaces/${app}/configmaps/a`);
    expect(body.data).toEqual({ x: '2' });
  });

  it('does not take an object of 1.2 MB, and can be delivered to again without it', async () => {
    const { app, tree } = await fresh();
    const wanted = tree(config('b', app, '1'), config('a', app, 'x'.repeat(1_200_000)));
    const { message, problems } = await failure(world.deliver(wanted));
    expect(message.length).toBeLessThan(2_000);
    expect(message).toMatch(/ConfigMap refused-\d+\/a \(Invalid\): .*may not be more than 1048576 bytes/);
    expect(problems).toMatchObject([
      {
        place: { file: 'clusters/prod/manifests/002.yaml' },
        remedy: 'Put what is large into the image, a volume or several objects.',
      },
    ]);
    expect(await isThere(app, 'b')).toBe(false);
    expect((await world.deliver(tree(config('b', app, '1')))).outcome.result).toBe('delivered');
  });

  it('is not asked about an object of 1.5 MB', async () => {
    const { app, tree } = await fresh();
    expect(() => tree(config('a', app, 'x'.repeat(1.5 * 2 ** 20)))).toThrow(
      /^clusters\/prod\/manifests\/001\.yaml:1:1: ConfigMap a has 1536\.1 KiB; an API server takes 1536 KiB$/m,
    );
  });

  it.each([
    ['v1.29.4+k3s1', /runs Kubernetes v1\.29\.4\+k3s1; .* 1\.30 to 1\.\d+/, 'Update the cluster'],
    ['v1.99.0', /runs Kubernetes v1\.99\.0; /, 'Update Lunchbox'],
    ['unknown', /runs Kubernetes unknown; /, 'Update the cluster'],
  ])('is not begun on Kubernetes %s', async (version, message, remedy) => {
    const { tree } = await fresh();
    const cluster: Cluster = { ...world.cluster, server: async () => ({ version, time: new Date() }) };
    const error = await failure(world.deliver(tree(), {}, { cluster }));
    expect(error.message).toMatch(message);
    expect(error.problems[0]?.remedy).toContain(remedy);
  });

  it.each([-120_000, 120_000])('is not begun when the clocks differ by %i ms', async (skew) => {
    const { tree } = await fresh();
    const clock = { ...nodeClock, now: () => new Date(Date.now() + skew) };
    const error = await failure(world.deliver(tree(), {}, { clock }));
    expect(error.message).toMatch(/the clocks of this machine and of the cluster differ by 1(?:19|20|21) s/);
    expect(error.problems[0]?.remedy).toContain('timedatectl');
  });

  it('goes on when the API server is restarted while pods are waited for', async () => {
    const { app, tree } = await fresh();
    const wanted = tree(`apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${app} }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "app:1" }] }
`);
    const path = `/apis/apps/v1/namespaces/${app}/deployments/web`;
    const running = world.deliver(wanted);
    await expect.poll(async () => (await server.call('GET', path)).status, { timeout: 30_000 }).toBe(200);
    await server.restart(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
    // Its controller does not run here.
    const condition = (type: string, reason: string) => ({ type, status: 'True', reason });
    const status = {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      conditions: [
        condition('Available', 'MinimumReplicasAvailable'),
        condition('Progressing', 'NewReplicaSetAvailable'),
      ],
    };
    await server.call('PATCH', `${path}/status`, JSON.stringify({ status }), 'application/merge-patch+json');
    const { outcome, text } = await running;
    expect(text).toContain(`ready     Deployment ${app}/web`);
    expect(outcome).toMatchObject({ result: 'delivered', release: 2, warnings: [] });
  });

  it('quotes no value of what it refuses', async () => {
    const { app, tree } = await fresh();
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: ${app} }\nstringData: { password: 73519284 }\n`;
    const pod = `apiVersion: v1
kind: Pod
metadata: { name: p, namespace: ${app} }
spec: { containers: [{ name: a, image: a, env: [{ name: DB_PASSWORD, value: 73519284 }] }] }
`;
    const error = await failure(world.deliver(tree(secret, pod)));
    expect(error.problems).toHaveLength(2);
    expect(error.message).toContain('password: expected string');
    expect(error.message).toContain('env[name="DB_PASSWORD"].value: expected string');
    expect(error.message).not.toContain('73519284');
  });

  it('asks the cluster about nothing that validation refuses', async () => {
    const { app, tree } = await fresh();
    const wrong = `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: ${app} }\nspec: { ports: [{ port: 99999 }] }\n`;
    const validate = async () => [{ message: 'schema-check: spec.ports[0].port is too large' }];
    const error = await failure(world.deliver(tree(wrong), {}, { validate }));
    expect(error.problems).toEqual([{ message: 'schema-check: spec.ports[0].port is too large' }]);
    // A gate that only looks says what validation says, whatever the cluster says after that.
    const events: string[] = [];
    const planned = world.deliver(
      tree(wrong),
      { planOnly: true },
      { validate, report: (event) => events.push(event.type === 'warning' ? event.text : event.type) },
    );
    expect((await failure(planned)).message).toContain('the cluster refuses Service');
    expect(events).toEqual([
      'cluster',
      'a delivery would be refused: schema-check: spec.ports[0].port is too large',
    ]);
  });
});
