import type { ApiServer } from '../cluster/api-server.ts';
import { BROKEN } from './release.ts';

/** Says of every Deployment at once that it is rolled out, or that it does not get on, as its controller does in the end. */
export function completeRollouts(server: Pick<ApiServer, 'call'>): { stop(): Promise<void> } {
  let running = true;
  const loop = async () => {
    while (running) {
      const { body } = await server.call('GET', '/apis/apps/v1/deployments');
      for (const { metadata, spec, status = {} } of body.items ?? []) {
        if (status.observedGeneration === metadata.generation) continue;
        const { replicas } = spec;
        const broken = spec.template.spec.containers[0].image === BROKEN;
        // A controller gives up when the deadline has passed.
        const time = new Date(Date.now() + 600_000).toISOString().replace(/\.\d+/, '');
        const done = {
          observedGeneration: metadata.generation,
          replicas,
          updatedReplicas: replicas,
          readyReplicas: replicas,
          availableReplicas: broken ? 0 : replicas,
          conditions: ['Available', 'Progressing'].map((type) => ({
            type,
            status: broken ? 'False' : 'True',
            reason: broken ? 'ProgressDeadlineExceeded' : 'NewReplicaSetAvailable',
            lastUpdateTime: time,
            lastTransitionTime: time,
          })),
        };
        const path = `/apis/apps/v1/namespaces/${metadata.namespace}/deployments/${metadata.name}/status`;
        await server.call('PATCH', path, JSON.stringify({ status: done }), 'application/merge-patch+json');
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const done = loop();
  return {
    async stop() {
      running = false;
      await done;
    },
  };
}
