import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, KubernetesObject } from '../../../capabilities/ports/cluster.ts';
import { type ApiServer, hasGo, startApiServer } from '../../cluster/api-server.ts';
import { addCustomKinds } from '../../cluster/kinds.ts';
import { containerStatus, deployment, Lab, metadataOf, NAMESPACE, ownedBy, pod, replicaSet } from './lab.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const waitsFor = (reason: string, message = '') => ({ waiting: { reason, ...(message ? { message } : {}) } });
/** Writing the revision is a change, too. */
const NOT_READY: KubernetesObject = {
  observedGeneration: 2,
  replicas: 1,
  updatedReplicas: 1,
  conditions: [{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' }],
};

describe.skipIf(skip)('what a wait tells of failures, on a real API server (not run without Go)', () => {
  let server: ApiServer;
  let lab: Lab;
  beforeAll(async () => {
    server = await startApiServer();
    lab = new Lab(server);
    await lab.prepare();
    await addCustomKinds(server);
  });
  afterEach(() => lab.endWaits());
  afterAll(async () => {
    lab?.close();
    await server?.stop();
  });

  /** A Deployment of revision 2, and a pod of each of its two ReplicaSets. */
  async function rollout(name: string, spec: KubernetesObject = {}) {
    const web = await lab.apply(deployment(name));
    const old = await lab.create(replicaSet(web, 'old', '1'));
    const next = await lab.create(replicaSet(web, 'new', '2'));
    const pods = {
      old: await lab.create(pod(old, `${name}-old-1`, { 'pod-template-hash': 'old' })),
      next: await lab.create(pod(next, `${name}-new-1`, { 'pod-template-hash': 'new' }, spec)),
    };
    await lab.patch(web, { metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } } });
    await lab.status(web, NOT_READY);
    return { web, old, next, pods };
  }

  it('gives a registry some time, and then says what the kubelet says', async () => {
    const { web, pods } = await rollout('pull');
    const run = lab.wait([await lab.waiting(web)]);
    const pulling = containerStatus(waitsFor('ErrImagePull', 'registry.example/shop:1: not found'));
    await lab.status(pods.next, pulling);
    await run.said(/pull waiting: .*; pod pull-new-1: container web: ErrImagePull/);
    await run.clock.pass(19);
    await lab.status(
      pods.next,
      containerStatus(waitsFor('ImagePullBackOff', 'Back-off pulling image "shop:1"')),
    );
    await run.said(/ImagePullBackOff/);
    await run.clock.pass(10);
    expect(run.progress.at(-1)).toMatch(/^pull waiting/);
    await run.clock.pass(1);
    expect(await run.failures).toMatchObject([
      {
        message: 'pod pull-new-1: container web: ImagePullBackOff: Back-off pulling image "shop:1"',
        remedy: expect.stringMatching(/^See that the image exists/),
        timedOut: false,
        evidence: [
          { title: 'Deployment shop/pull, conditions' },
          {
            title: 'pod shop/pull-new-1',
            lines: [
              'Pending',
              'Ready is False: ContainersNotReady: containers with unready status: [web]',
              'container web: waits: ImagePullBackOff: Back-off pulling image "shop:1"',
            ],
          },
        ],
      },
    ]);
    expect(run.asked.logs).toEqual([]);
  });

  it('does not mind what happens to pods of the old template', async () => {
    const { web, pods } = await rollout('old');
    const run = lab.wait([await lab.waiting(web)]);
    await lab.status(pods.old, containerStatus(waitsFor('InvalidImageName')));
    // Something that is told shows that the pods are followed.
    await lab.status(pods.next, containerStatus(waitsFor('ErrImagePull')));
    await run.said(/pod old-new-1/);
    expect(run.progress.join('\n')).not.toContain('old-old-1');
    await lab.status(pods.next, containerStatus(waitsFor('InvalidImageName', 'cannot parse')));
    expect(await run.failures).toMatchObject([
      { message: 'pod old-new-1: container web: InvalidImageName: cannot parse' },
    ]);
  });

  it('knows a crash loop, and shows the log of the run that crashed', async () => {
    const { web, pods } = await rollout('crash');
    const logs: Cluster['logs'] = async (namespace, name, container, lines, previous) =>
      `${namespace}/${name} ${container} ${lines} ${previous}\n\u001b[31mboom\u001b[0m\n\tat Main\n`;
    const run = lab.wait([await lab.waiting(web)], 60_000, { ...lab.cluster, logs });
    const ended = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    await lab.status(pods.next, containerStatus({ running: {} }, { restartCount: 2, lastState: ended }));
    await lab.status(
      pods.next,
      containerStatus(waitsFor('CrashLoopBackOff'), { restartCount: 2, lastState: ended }),
    );
    await lab.create(eventOf(pods.next, 'BackOff', 'Back-off restarting failed container'));
    const [failure] = await run.failures;
    expect(failure).toMatchObject({
      message: 'pod crash-new-1: container web ended 3 times: exit code 137 (OOMKilled)',
      remedy: 'Give it more memory (`memory` of its limits), or let it need less.',
    });
    expect(failure?.evidence).toContainEqual({
      title: 'pod shop/crash-new-1 container web, last log lines',
      lines: ['shop/crash-new-1 web 20 true', 'boom', '  at Main'],
      log: true,
    });
  });

  it('tells when a log cannot be read, and that is all it does', async () => {
    const { web, pods } = await rollout('nolog', { nodeName: 'nowhere' });
    const run = lab.wait([await lab.waiting(web)]);
    await lab.status(pods.next, containerStatus(waitsFor('CrashLoopBackOff'), { restartCount: 7 }));
    const [failure] = await run.failures;
    expect(failure?.evidence).toContainEqual({
      title: 'pod shop/nolog-new-1 container web, last log lines',
      lines: [expect.stringMatching(/^its log could not be read: read the log of shop\/nolog-new-1 web: /)],
      log: true,
    });
    expect(run.asked.logs).toEqual(['shop nolog-new-1 web 20 true', 'shop nolog-new-1 web 20 false']);
  });

  it('does not wait longer than some seconds for what it would only show', async () => {
    const { web, pods } = await rollout('mute');
    const never = () => new Promise<never>(() => undefined);
    const mute: Cluster = { ...lab.cluster, logs: never, resourceOfKind: never };
    const run = lab.wait([await lab.waiting(web)], 60_000, mute);
    await lab.status(pods.next, containerStatus(waitsFor('CrashLoopBackOff'), { restartCount: 7 }));
    await run.said(/failed: pod mute-new-1/);
    await run.clock.pass(15);
    const [failure] = await run.failures;
    expect(failure?.evidence.map(({ lines }) => lines.at(-1))).toEqual([
      'Available is False: MinimumReplicasUnavailable',
      'container web: waits: CrashLoopBackOff, 7 restarts',
      'its log could not be read: no answer in time',
      'Event could not be read: no answer in time',
    ]);
  });

  it('names the volume that a pod waits for, and what happened to it', async () => {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    const { web, pods } = await rollout('claim', { volumes });
    const claim = await lab.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: NAMESPACE },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await lab.create(eventOf(claim, 'ProvisioningFailed', 'no class'));
    const run = lab.wait([await lab.waiting(web)]);
    const message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
    await lab.status(pods.next, {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    });
    await run.said(/claim waiting: .*no node can take it/);
    await run.clock.pass(30);
    const [failure] = await run.failures;
    expect(failure?.message).toBe(
      'pod claim-new-1: no node can take it: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims',
    );
    const text = JSON.stringify(failure?.evidence);
    expect(text).toContain('PersistentVolumeClaim data: Pending');
    expect(text).toContain('Warning ProvisioningFailed (PersistentVolumeClaim data): no class');
  });

  it('follows a chart through its job, and shows the log of that', async () => {
    const chart = await lab.apply(helmChart('good', '1'));
    const run = lab.wait([await lab.waiting(chart)]);
    await run.said(/its controller has made no job yet/);
    const job = await lab.create(helmJob('good', '1'));
    await lab.status(chart, { jobName: 'helm-install-good' });
    await run.said(/job helm-install-good has not started yet/);
    await lab.patch(job, { spec: { suspend: false } });
    await run.said(/job helm-install-good runs$/);
    await lab.status(job, COMPLETE);
    expect(await run.failures).toEqual([]);
    expect(run.asked.watches.sort()).toEqual([
      'helmcharts shop metadata.name=good',
      'jobs shop',
      'pods shop',
    ]);

    // An upgrade: the old job does not count, though it is complete.
    const changed = await lab.apply(helmChart('good', '2'));
    const upgrade = lab.wait([await lab.waiting(changed)]);
    await upgrade.said(/job helm-install-good is of the chart as it was before/);
    await upgrade.clock.pass(30);
    await lab.remove(job);
    const next = await lab.create(helmJob('good', '2'));
    await lab.patch(next, { spec: { suspend: false } });
    await lab.status(next, { active: 1, failed: 2 });
    await upgrade.said(/job helm-install-good runs, and failed 2 times/);
    const worker = await lab.create(pod(next, 'helm-install-good-x'));
    const ended = { terminated: { exitCode: 1, reason: 'Error' } };
    await lab.status(
      worker,
      containerStatus(waitsFor('CrashLoopBackOff'), { restartCount: 3, lastState: ended }),
    );
    // Helm tries again by itself: a cluster that starts has no network yet.
    await upgrade.said(/container web ended 4 times/);
    await lab.status(
      worker,
      containerStatus(waitsFor('CrashLoopBackOff'), { restartCount: 4, lastState: ended }),
    );
    const [failure] = await upgrade.failures;
    expect(failure?.message).toBe('pod helm-install-good-x: container web ended 5 times: exit code 1');
    expect(failure?.evidence.map(({ title }) => title)).toContain(
      'pod shop/helm-install-good-x container web, last log lines',
    );
  });

  it('says of a chart which job failed', async () => {
    const chart = await lab.apply(helmChart('bad', '1'));
    const job = await lab.create(helmJob('bad', '1'));
    await lab.patch(job, { spec: { suspend: false } });
    await lab.status(chart, { jobName: 'helm-install-bad' });
    const run = lab.wait([await lab.waiting(chart)]);
    await run.said(/runs/);
    const failed = { status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' };
    await lab.status(job, {
      startTime: '2026-01-01T00:00:00Z',
      conditions: [
        { type: 'FailureTarget', ...failed, lastTransitionTime: '2026-01-01T00:00:00Z' },
        { type: 'Failed', ...failed, lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    });
    const [failure] = await run.failures;
    expect(failure).toMatchObject({
      message: 'job helm-install-bad: BackoffLimitExceeded: too often',
      remedy: expect.stringMatching(/^See in the log of its job/),
      timedOut: false,
    });
    expect(failure?.evidence.map(({ title }) => title)).toContain('Job shop/helm-install-bad, conditions');
  });

  it('names the challenge that fails', async () => {
    const certificate = await lab.apply({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'shop-tls', namespace: NAMESPACE },
      spec: { secretName: 'shop-tls', dnsNames: ['shop.example'], issuerRef: { name: 'acme' } },
    });
    const request = await lab.create({
      apiVersion: 'cert-manager.io/v1',
      kind: 'CertificateRequest',
      metadata: { name: 'shop-tls-1', namespace: NAMESPACE, ownerReferences: ownedBy(certificate) },
      spec: { request: 'eA==', issuerRef: { name: 'acme' } },
    });
    const order = await lab.create({
      apiVersion: 'acme.cert-manager.io/v1',
      kind: 'Order',
      metadata: { name: 'shop-tls-1-1', namespace: NAMESPACE, ownerReferences: ownedBy(request) },
      spec: { request: 'eA==', issuerRef: { name: 'acme' } },
    });
    await lab.status(order, { state: 'pending' });
    const challenge = await lab.create({
      apiVersion: 'acme.cert-manager.io/v1',
      kind: 'Challenge',
      metadata: { name: 'shop-tls-1-1-1', namespace: NAMESPACE, ownerReferences: ownedBy(order) },
      spec: {
        authorizationURL: 'https://acme.example/1',
        dnsName: 'shop.example',
        issuerRef: { name: 'acme' },
        key: 'k',
        solver: {},
        token: 't',
        type: 'HTTP-01',
        url: 'https://acme.example/1/1',
      },
    });
    await lab.status(challenge, { state: 'pending', reason: "wrong status code '404', expected '200'" });
    const run = lab.wait([await lab.waiting(certificate)], 5_000);
    await lab.status(certificate, {
      conditions: [
        { type: 'Ready', status: 'False', reason: 'DoesNotExist', message: 'Secret does not exist' },
        { type: 'Issuing', status: 'True', reason: 'DoesNotExist' },
      ],
    });
    await run.said(/DoesNotExist: Secret does not exist/);
    await run.clock.pass(5);
    const [failure] = await run.failures;
    expect(failure?.message).toBe(
      "it is not ready after 5.0 s: DoesNotExist: Secret does not exist; shop.example by HTTP-01: pending: wrong status code '404', expected '200'",
    );
    expect(failure?.remedy).toContain('port 80');
    expect(failure?.evidence).toContainEqual({
      title: 'Certificate shop/shop-tls, on its way',
      lines: [
        'Order shop-tls-1-1: pending',
        "Challenge shop-tls-1-1-1: shop.example by HTTP-01: pending: wrong status code '404', expected '200'",
      ],
    });
  });

  it('knows that a value which cannot be opened stays so', async () => {
    const sealed = await lab.apply({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: { encryptedData: { password: 'AgBx' } },
    });
    const { generation = 1 } = metadataOf(sealed);
    const run = lab.wait([await lab.waiting(sealed)]);
    const said = { type: 'Synced', lastUpdateTime: '2026-01-01T00:00:00Z' };
    const message = 'no key could decrypt secret (password)';
    await lab.status(sealed, {
      observedGeneration: generation,
      conditions: [{ ...said, status: 'False', message }],
    });
    // The controller tries five times within a moment.
    await run.said(/web waiting: no key could decrypt/);
    await run.clock.pass(2);
    expect(await run.failures).toMatchObject([
      {
        message,
        remedy: expect.stringMatching(/Seal its values anew .* The controller tries no second time/),
        evidence: [{ lines: [`Synced is False: ${message}`] }],
      },
    ]);
  });
});

function eventOf(object: KubernetesObject, reason: string, message: string): KubernetesObject {
  const { name, namespace = '', uid = '' } = metadataOf(object);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason.toLowerCase()}`, namespace },
    involvedObject: {
      apiVersion: String(object.apiVersion),
      kind: String(object.kind),
      name,
      namespace,
      uid,
    },
    type: 'Warning',
    reason,
    message,
    lastTimestamp: '2026-01-01T00:00:00Z',
  };
}

const helmChart = (name: string, version: string): KubernetesObject => ({
  apiVersion: 'helm.cattle.io/v1',
  kind: 'HelmChart',
  metadata: { name, namespace: NAMESPACE },
  spec: { chart: name, repo: 'https://charts.example', version, set: { 'image.tag': version } },
});

/** As k3s' controller makes it. */
const helmJob = (chart: string, version: string): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: `helm-install-${chart}`, namespace: NAMESPACE },
  spec: {
    suspend: true,
    backoffLimit: 1000,
    template: {
      spec: {
        restartPolicy: 'OnFailure',
        containers: [
          {
            name: 'helm',
            image: 'klipper-helm:1',
            args: ['install', '--version', version, '--set-string', `image.tag=${version}`],
            env: [
              { name: 'VERSION', value: version },
              { name: 'REPO', value: 'https://charts.example' },
            ],
          },
        ],
      },
    },
  },
});

const time = '2026-01-01T00:00:00Z';
const done = (type: string) => ({ type, status: 'True', lastTransitionTime: time });
const COMPLETE: KubernetesObject = {
  succeeded: 1,
  startTime: time,
  completionTime: time,
  conditions: [done('SuccessCriteriaMet'), done('Complete')],
};
