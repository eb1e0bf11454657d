import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasGo } from '../cluster/api-server.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane/control-plane.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const namespace = (app: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app}, labels: { app: ${app} } }\n`;
const web = (app: string, replicas: number | undefined, image = 'app:1') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${app} }
spec:
${replicas === undefined ? '' : `  replicas: ${replicas}\n`}  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "${image}" }] }
`;
const autoscaler = (app: string) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: ${app} }
spec:
  minReplicas: 2
  maxReplicas: 6
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
`;

describe.skipIf(skip)('the number of pods (not run without Go)', () => {
  let plane: ControlPlane;
  let world: World;
  beforeAll(async () => {
    plane = await startControlPlane();
    world = new World(plane);
  });
  afterAll(async () => {
    world?.close();
    await plane?.stop();
  });

  const path = (app: string) => `/apis/apps/v1/namespaces/${app}/deployments`;
  const replicas = async (app: string) => {
    const { body } = await plane.call('GET', `${path(app)}/web`);
    return (body as { spec: { replicas: number } }).spec.replicas;
  };
  const deliver = (app: string, documents: readonly string[], takeOver: string[] = []) =>
    world.deliver(treeOf([namespace(app), ...documents], { app }), { takeOver });
  /** What an autoscaler does: its entry is of the subresource, in k3s' name. */
  const scale = (app: string, to: number) =>
    plane.call(
      'PATCH',
      `${path(app)}/web/scale?fieldManager=k3s`,
      JSON.stringify({ spec: { replicas: to } }),
      'application/merge-patch+json',
    );

  it('stays as it is when it is left to an autoscaler, whatever that makes of it, and is taken back', async () => {
    const app = 'scaled';
    await deliver(app, [web(app, 3)]);
    const left = await deliver(app, [web(app, undefined), autoscaler(app)]);
    expect(left.outcome.result).toBe('delivered');
    expect(left.text).toContain('replicas stays 3, and is left to HorizontalPodAutoscaler web');
    expect(left.text).not.toContain('3 → 1');
    expect(await replicas(app)).toBe(3);
    const again = await deliver(app, [web(app, undefined), autoscaler(app)]);
    expect(again.outcome.result).toBe('unchanged');

    await scale(app, 5);
    const changed = await deliver(app, [web(app, undefined, 'app:2'), autoscaler(app)]);
    expect(changed.outcome.result).toBe('delivered');
    expect(await replicas(app)).toBe(5);

    // What the autoscaler said last is nobody's wish any more: no conflict that somebody has to solve.
    const back = await deliver(app, [web(app, 2, 'app:2')]);
    expect(back.outcome.result).toBe('delivered');
    expect(await replicas(app)).toBe(2);
  });

  it('is not decided by the tree where an autoscaler is in it', async () => {
    const app = 'both';
    await deliver(app, [web(app, 3), autoscaler(app)]);
    await scale(app, 5);
    await expect(deliver(app, [web(app, 3, 'app:2'), autoscaler(app)])).rejects.toThrow(
      'k3s owns .spec.replicas',
    );
  });

  it('becomes what Kubernetes takes without an autoscaler, and the plan says so', async () => {
    const app = 'plain';
    await deliver(app, [web(app, 3)]);
    expect((await deliver(app, [web(app, undefined)])).text).toContain('replicas: 3 → 1');
    expect(await replicas(app)).toBe(1);
  });

  it('stays when what others have made is taken over and left to an autoscaler', async () => {
    const app = 'taken';
    await deliver(app, []);
    const labels = { app: 'web' };
    const made = JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: app },
      spec: {
        replicas: 4,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'app:1' }] } },
      },
    });
    await plane.call('POST', `${path(app)}?fieldManager=kubectl-create`, made);
    const taken = await deliver(app, [web(app, undefined), autoscaler(app)], ['kubectl-create']);
    expect(taken.outcome.result).toBe('delivered');
    expect(await replicas(app)).toBe(4);
  });
});
