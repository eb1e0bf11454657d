import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import type { ApiServer } from '../api-server.ts';
import { clusterPrograms } from '../programs.ts';
import { ADDRESS, type Machine } from './machine.ts';

/** Starts a kubelet, and waits for its node to be ready. @param cgroup where pods are counted */
export async function startKubelet(
  machine: Machine,
  server: ApiServer,
  runtime: string,
  kubeconfig: string,
  cgroup: string,
): Promise<void> {
  const node = 'machine';
  const at = (name: string) => join(machine.folder, name);
  const configuration = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    containerRuntimeEndpoint: `unix://${runtime}`,
    evictionHard: { 'memory.available': '1Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    failCgroupV1: false,
    failSwapOn: false,
    healthzPort: 0,
    imageGCHighThresholdPercent: 100,
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false,
    readOnlyPort: 0,
    resolvConf: '',
  };
  writeFileSync(at('kubelet.json'), JSON.stringify(configuration));
  const kubelet = machine.start('kubelet', clusterPrograms().kubelet, [
    `--config=${at('kubelet.json')}`,
    `--kubeconfig=${kubeconfig}`,
    `--root-dir=${at('kubelet')}`,
    `--hostname-override=${node}`,
    `--node-ip=${ADDRESS}`,
  ]);
  let message = '';
  const isReady = async () => {
    const { body } = await server.call('GET', `/api/v1/nodes/${node}`);
    const ready = body.status?.conditions?.find((each: { type: string }) => each.type === 'Ready');
    message = ready?.message ?? '';
    return ready?.status === 'True';
  };
  try {
    await until('the node is ready', isReady, () =>
      kubelet.exitCode === null ? undefined : 'kubelet ended',
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}: ${message}\n${machine.log('kubelet', 30)}`);
  }
}
