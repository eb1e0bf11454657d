import type { ApiServer } from '../api-server.ts';

const STORAGE = '/apis/storage.k8s.io/v1/storageclasses';
const CLASS = 'local-path';

/** k3s' default class for volumes, and some volumes of it that nobody has to make. */
export async function addVolumes(server: Pick<ApiServer, 'call'>, count = 3): Promise<void> {
  const made = await server.call(
    'POST',
    STORAGE,
    JSON.stringify({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: CLASS, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    }),
  );
  if (made.status !== 201) throw new Error(`no StorageClass: ${JSON.stringify(made.body)}`);
  for (let index = 0; index < count; index++)
    await server.call(
      'POST',
      '/api/v1/persistentvolumes',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: `volume-${index}` },
        spec: {
          capacity: { storage: '20Gi' },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          storageClassName: CLASS,
          hostPath: { path: `/nowhere/${index}` },
        },
      }),
    );
}
