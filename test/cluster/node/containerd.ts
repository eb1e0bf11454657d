import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import { imageArchive, PAUSE } from './images.ts';
import type { Machine } from './machine.ts';

/** Starts containerd with the images of the tests. @returns the path of its socket */
export async function startContainerd(machine: Machine): Promise<string> {
  const at = (name: string) => join(machine.folder, name);
  const socket = at('containerd.sock');
  const network = {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'pods0',
        isGateway: true,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          dataDir: '/run/cni',
          ranges: [[{ subnet: '10.42.0.0/24' }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  };
  writeFileSync(at('10-pods.conflist'), JSON.stringify(network));
  // Root on a machine in a machine may not make processes less likely to be killed: that is what restrict_ is for.
  writeFileSync(
    at('containerd.toml'),
    `version = 2
root = "${at('containerd')}"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${machine.folder}"
`,
  );
  const containerd = machine.start('containerd', 'containerd', ['--config', at('containerd.toml')]);
  await until(
    'containerd takes the image',
    () => {
      const archive = ['-n', 'k8s.io', 'images', 'import', imageArchive()];
      return machine.run('import', 'ctr', ['--address', socket, ...archive]).then(
        () => true,
        () => false,
      );
    },
    () => (containerd.exitCode === null ? undefined : `it ended: ${machine.log('containerd')}`),
  );
  return socket;
}
