import { until } from '../../support/until.ts';
import { addCustomKinds } from '../kinds.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { sealedSecretsProgram, startSealedSecrets } from './sealed-secrets.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';
import { addVolumes } from './volumes.ts';

/** A cluster to which the reference environments can be delivered whole, as to a droplet with k3s. */
export interface ReferenceCluster {
  plane: ControlPlane;
  standIns: StandIns;
  stop(): Promise<void>;
}

/** The sealed-secrets controller starts when its chart is installed, as on a droplet: the key has to be there by then. */
export async function startReferenceCluster(): Promise<ReferenceCluster> {
  // Not in the middle of a delivery, which would wait for it.
  sealedSecretsProgram();
  const plane = await startControlPlane();
  let controller: Awaited<ReturnType<typeof startSealedSecrets>> | undefined;
  try {
    await addCustomKinds(plane);
    await addVolumes(plane);
    const standIns = startStandIns(plane, {
      'sealed-secrets': async () => {
        controller ??= await startSealedSecrets(plane);
      },
      traefik: () => installTraefik(plane),
    });
    await addTraefik(plane);
    return {
      plane,
      standIns,
      async stop() {
        await standIns.stop();
        await controller?.stop();
        await plane.stop();
      },
    };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

/** The chart that k3s brings along. */
async function addTraefik(plane: ControlPlane): Promise<void> {
  const chart = {
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name: 'traefik' },
    spec: { chart: 'https://charts.example/traefik.tgz', set: { 'global.systemDefaultRegistry': '' } },
  };
  const path = '/apis/helm.cattle.io/v1/namespaces/kube-system/helmcharts';
  await until('the chart is taken', async () => {
    const { status, body } = await plane.call('POST', path, JSON.stringify(chart));
    // Its kind may not be served yet.
    if (status !== 201 && status !== 404) throw new Error(JSON.stringify(body));
    return status === 201;
  });
}

/** Its pods are replaced whenever it is installed anew. */
async function installTraefik(plane: ControlPlane): Promise<void> {
  const labels = { app: 'traefik' };
  const containers = [{ name: 'traefik', image: 'traefik:3' }];
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'traefik',
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        'meta.helm.sh/release-name': 'traefik',
        'meta.helm.sh/release-namespace': 'kube-system',
      },
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { installed: String(Date.now()) } },
        spec: { containers },
      },
    },
  };
  const path = '/apis/apps/v1/namespaces/kube-system/deployments/traefik?fieldManager=helm';
  const type = 'application/apply-patch+yaml';
  const { status, body } = await plane.call('PATCH', path, JSON.stringify(deployment), type);
  if (status >= 300) throw new Error(JSON.stringify(body));
}
