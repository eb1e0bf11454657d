import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane/control-plane.ts';
import { hasGo } from '../cluster/programs.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;
/** Milliseconds within which controllers have done what is waited for. */
const LATE = 60_000;

describe.skipIf(skip)('the way back on a real control plane (not run without Go)', () => {
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
  const get = async (path: string) => (await plane.call('GET', path)).body;
  const patch = (path: string, manager: string, body: unknown) =>
    plane.call(
      'PATCH',
      `${path}?fieldManager=${manager}`,
      JSON.stringify(body),
      'application/merge-patch+json',
    );
  const until = async (holds: () => Promise<boolean>) => {
    const end = Date.now() + LATE;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error('what was waited for did not come');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  /** A namespace, and an app of its own for each test. */
  const appOf = (app: string) => ({
    tree: (...documents: string[]) =>
      treeOf(
        [
          `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app}, labels: { app: ${app} } }\n`,
          ...documents,
        ],
        { app },
      ),
    deployment: (image: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${app} }
spec:
  replicas: 1
${more}  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "${image}" }] }
`,
    config: (name: string, value: string, within = app) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${within} }\ndata: { x: "${value}" }\n`,
    web: `/apis/apps/v1/namespaces/${app}/deployments/web`,
    image: async () =>
      (await get(`/apis/apps/v1/namespaces/${app}/deployments/web`)).spec.template.spec.containers[0].image,
  });

  const DEADLINE = '  progressDeadlineSeconds: 8\n';

  it('does not take for its own failure what the controller said of the release before', async () => {
    const { tree, deployment, image } = appOf('gave-up');
    await world.deliver(tree(deployment('app:1', DEADLINE)));
    const { outcome, text } = await world.deliver(tree(deployment('never-ready:2', DEADLINE)));
    expect(text).toContain('ProgressDeadlineExceeded');
    expect(outcome).toMatchObject({ result: 'rolled-back', release: 1, rollbackProblems: [] });
    expect(await image()).toBe('app:1');
  });

  it('nor does a delivery that mends what did not get on', async () => {
    const { tree, deployment, config, web, image } = appOf('mends');
    const wanted = (value: string) => tree(deployment('app:1', DEADLINE), config('a', value));
    await world.deliver(wanted('1'));
    await patch(web, 'kubectl-edit', {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'never-ready:2' }] } } },
    });
    await until(async () =>
      (await get(web)).status.conditions.some(
        ({ reason }: { reason: string }) => reason === 'ProgressDeadlineExceeded',
      ),
    );
    expect((await world.deliver(wanted('2'))).outcome).toMatchObject({ result: 'delivered', problems: [] });
    expect(await image()).toBe('app:1');
  });
});
