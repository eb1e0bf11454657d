import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane/control-plane.ts';
import { hasGo } from '../../cluster/programs.ts';
import { deployment, Lab } from './lab.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('waiting for what real controllers do (not run without Go)', () => {
  let plane: ControlPlane;
  let lab: Lab;
  beforeAll(async () => {
    plane = await startControlPlane();
    lab = new Lab(plane);
    await lab.prepare();
  });
  afterEach(() => lab.endWaits());
  afterAll(async () => {
    lab?.close();
    await plane?.stop();
  });

  it('ends when a Deployment is rolled out, and when its next image is', async () => {
    for (const image of ['shop:1', 'shop:2']) {
      const run = lab.wait([await lab.waiting(await lab.apply(deployment('web', image)))]);
      expect(await run.failures).toEqual([]);
      expect(run.progress.at(-1)).toBe('web ready');
    }
  });

  it('ends early when its new pods cannot be made to run, and names one', async () => {
    const object = await lab.apply(deployment('web', 'shop-broken-pull:3'));
    const run = lab.wait([await lab.waiting(object)]);
    await run.said(/web waiting: .*; pod web-[a-z0-9-]+: container web: ImagePullBackOff/);
    await run.clock.pass(30);
    const [failure] = await run.failures;
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /^pod web-[a-z0-9-]+: container web: ImagePullBackOff: Back-off pulling/,
      ),
      timedOut: false,
    });
    const titles = failure?.evidence.map(({ title }) => title);
    expect(titles).toContainEqual(expect.stringMatching(/^pod shop\/web-/));
    const events = failure?.evidence.find(({ title }) => title.endsWith(', events'))?.lines.join('\n');
    expect(events).toMatch(/Normal SuccessfulCreate \(ReplicaSet web-[a-z0-9]+\)/);
    expect(events).toMatch(/Warning Failed \(Pod web-[a-z0-9-]+\): Error: the container cannot run/);
  });

  it('ends early when they crash', async () => {
    const object = await lab.apply(deployment('web', 'shop-crash:4'));
    const [failure] = await lab.wait([await lab.waiting(object)]).failures;
    expect(failure?.message).toMatch(
      /^pod web-[a-z0-9-]+: container web ended 5 times: exit code 1: no login/,
    );
    expect(failure?.evidence.map(({ title }) => title)).toContainEqual(
      expect.stringMatching(/^pod shop\/web-[a-z0-9-]+ container web, last log lines$/),
    );
  });

  it('knows which pods are the new ones of a StatefulSet and a DaemonSet', async () => {
    const { spec, metadata } = deployment('x') as { spec: object; metadata: object };
    const { replicas: _, ...rest } = spec as { replicas: number };
    const kinds = {
      StatefulSet: { ...rest, serviceName: 'db', replicas: 2 },
      DaemonSet: rest,
    };
    for (const [kind, body] of Object.entries(kinds)) {
      const name = kind.toLowerCase();
      const labels = { app: name };
      const made = (image: string) => ({
        apiVersion: 'apps/v1',
        kind,
        metadata: { ...metadata, name },
        spec: {
          ...body,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
        },
      });
      expect(await lab.wait([await lab.waiting(await lab.apply(made('shop:1')))]).failures).toEqual([]);
      const broken = await lab.apply(made('shop-crash:2'));
      const [failure] = await lab.wait([await lab.waiting(broken)]).failures;
      expect(failure?.message).toMatch(new RegExp(`^pod ${name}-[a-z0-9]+: container web ended 5 times`));
    }
  });

  it('waits for a Job until it is done', async () => {
    const job = await lab.apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'shop' },
      spec: {
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'shop:1' }] } },
      },
    });
    const run = lab.wait([await lab.waiting(job)]);
    expect(await run.failures).toEqual([]);
    expect(run.progress).toEqual(['migrate waiting: 0 of 1 runs are done', 'migrate ready']);
  });
});
