import type { ApiServer } from '../api-server.ts';

/* Controllers that cannot be built here, played by what others see of them. */

/** What happens when a chart is installed, by its name. */
export type Installs = Readonly<Record<string, () => Promise<void>>>;

export interface StandIns {
  /** Hosts whose certificates are not issued, and why. */
  refuse(host: string, reason: string): void;
  stop(): Promise<void>;
}

interface Meta {
  name: string;
  namespace: string;
  generation: number;
  uid: string;
  annotations?: Record<string, string>;
}

const HELM = '/apis/helm.cattle.io/v1';
const CERTIFICATES = '/apis/cert-manager.io/v1';

/** k3s' helm-controller and cert-manager: jobs for charts, issuers that are ready, certificates for Ingresses. */
export function startStandIns(server: Pick<ApiServer, 'call'>, installs: Installs = {}): StandIns {
  const refused = new Map<string, string>();
  const installed = new Set<string>();
  let running = true;
  const list = async (path: string) => (await server.call('GET', path)).body.items ?? [];
  const patch = (path: string, status: unknown) =>
    server.call('PATCH', `${path}/status`, JSON.stringify({ status }), 'application/merge-patch+json');
  const condition = (type: string, good: boolean, generation: number, message = '') => ({
    type,
    status: good ? 'True' : 'False',
    reason: good ? 'Done' : 'Failed',
    message,
    observedGeneration: generation,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });

  async function charts(): Promise<void> {
    const configs = (await list(`${HELM}/helmchartconfigs`)) as { metadata: Meta }[];
    for (const { metadata, spec } of await list(`${HELM}/helmcharts`)) {
      const { name, namespace, generation, uid } = metadata as Meta;
      const config = configs.find(
        (each) => each.metadata.name === name && each.metadata.namespace === namespace,
      );
      const key = [uid, generation, config?.metadata.uid, config?.metadata.generation].join('/');
      if (installed.has(key)) continue;
      const jobName = `helm-install-${name}`;
      const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
      await server.call('DELETE', `${jobs}/${jobName}?propagationPolicy=Background`);
      const env = [
        { name: 'VERSION', value: spec.version ?? '' },
        { name: 'REPO', value: spec.repo ?? '' },
      ];
      const containers = [
        { name: 'helm', image: 'klipper-helm', args: ['install', ...setArgs(spec.set)], env },
      ];
      const template = { spec: { restartPolicy: 'Never', containers } };
      const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: jobName }, spec: { template } };
      const { status } = await server.call('POST', jobs, JSON.stringify(job));
      if (status !== 201) continue;
      await installs[name]?.();
      await patch(`${HELM}/namespaces/${namespace}/helmcharts/${name}`, { jobName });
      installed.add(key);
    }
  }

  async function issuers(): Promise<void> {
    for (const { metadata, status } of await list(`${CERTIFICATES}/clusterissuers`)) {
      const { name, generation } = metadata as Meta;
      if (status?.conditions?.[0]?.observedGeneration === generation) continue;
      await patch(`${CERTIFICATES}/clusterissuers/${name}`, {
        conditions: [condition('Ready', true, generation)],
      });
    }
  }

  async function certificates(): Promise<void> {
    for (const { metadata, spec } of await list('/apis/networking.k8s.io/v1/ingresses')) {
      const { namespace, annotations = {} } = metadata as Meta;
      const issuer = annotations['cert-manager.io/cluster-issuer'];
      if (issuer === undefined) continue;
      for (const { secretName, hosts = [] } of spec.tls ?? []) {
        const path = `${CERTIFICATES}/namespaces/${namespace}/certificates`;
        const certificate = {
          apiVersion: 'cert-manager.io/v1',
          kind: 'Certificate',
          metadata: { name: secretName },
          spec: { secretName, dnsNames: hosts, issuerRef: { name: issuer, kind: 'ClusterIssuer' } },
        };
        const { body, status } = await server.call('POST', path, JSON.stringify(certificate));
        if (status !== 201) continue;
        const why = hosts.map((host: string) => refused.get(host)).find(Boolean);
        const ready = condition('Ready', why === undefined, body.metadata.generation, why);
        await patch(`${path}/${secretName}`, { conditions: [ready] });
      }
    }
  }

  const loop = async () => {
    while (running) {
      await charts();
      await issuers();
      await certificates();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  // A server that has gone away ends it as well.
  const done = loop().catch(() => undefined);
  return {
    refuse: (host, reason) => void refused.set(host, reason),
    async stop() {
      running = false;
      await done;
    },
  };
}

function setArgs(set: Record<string, unknown> = {}): string[] {
  return Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}
