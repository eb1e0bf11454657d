import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { goProgram } from '../../support/go-program.ts';

const MODULE = 'sigs.k8s.io/kwok';
const VERSION = 'v0.8.0';
/** What a node needs, from the module itself. */
const NODE_STAGES = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
];
const POD_STAGES = 'test/cluster/control-plane/pods.yaml';

export const kwokProgram = () => goProgram(`${MODULE}/cmd/kwok`, VERSION);

/** kwok, which plays kubelets: its path, and the arguments that make pods behave. Builds it once. */
export function kwok(kubeconfig: string): { program: string; args: string[] } {
  const source = JSON.parse(
    execFileSync('go', ['mod', 'download', '-json', `${MODULE}@${VERSION}`], { encoding: 'utf8' }),
  ) as { Dir: string };
  const stages = [...NODE_STAGES.map((path) => join(source.Dir, 'kustomize/stage', path)), POD_STAGES];
  return {
    program: kwokProgram(),
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--manage-all-nodes=true',
      // Without a lease a node counts as lost after forty seconds.
      '--node-lease-duration-seconds=40',
      ...stages.flatMap((stage) => ['--config', stage]),
    ],
  };
}
