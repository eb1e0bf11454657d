import {
  type ReferenceCluster,
  startReferenceCluster,
} from '../../test/cluster/control-plane/reference-cluster.ts';
import {
  makeReferenceRepository,
  type ReferenceRepository,
} from '../../test/cluster/control-plane/reference-repository.ts';
import { missingForController } from '../../test/cluster/control-plane/sealed-secrets.ts';
import { type Step, showSteps } from './steps.ts';

/** Shows a first delivery, a change, nothing to do, and a broken image that is taken back. @returns the exit code */
export async function demo(): Promise<number> {
  if (missingForController !== undefined) {
    console.error(
      `error  this machine does not allow ${missingForController}, in which the sealed-secrets controller runs\n       Run it as root, or allow unprivileged user namespaces.`,
    );
    return 2;
  }
  say(
    'Starting a real control plane: API server, controllers, scheduler, kine, and kwok in the place of kubelets.',
  );
  say('The first time, they are built: about ten minutes.');
  const repository = makeReferenceRepository();
  let cluster: ReferenceCluster | undefined;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      await cluster?.stop();
      repository.remove();
    })();
    return stopping;
  };
  const interrupted = () => void stop().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    cluster = await startReferenceCluster();
    return await show(repository, cluster);
  } finally {
    await stop();
    process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted);
    say('The cluster, the repository and its keys are gone again.');
  }
}

function show(repository: ReferenceRepository, { plane }: ReferenceCluster): Promise<number> {
  const { sealingKey, folder } = repository;
  // Pods are played here: nobody could answer at the public hosts.
  const cluster = ['--kubeconfig', plane.kubeconfig];
  const unseen = [...cluster, '--no-probe'];
  const release = (beginning: string) => () => repository.release(beginning);
  const steps: Step[] = [
    {
      title: 'The first delivery: everything is new, and the sealing key comes before its controller',
      prepare: release('aaaa'),
      args: ['deploy', 'staging', '--sealing-key', sealingKey],
      unseen,
    },
    { title: 'Again, with nothing changed', args: ['deploy', 'staging'], unseen },
    { title: 'Another image', prepare: release('bbbb'), args: ['deploy', 'staging'], unseen },
    {
      title: 'An image that cannot be pulled: known to fail, explained, and taken back',
      prepare: release('dead'),
      args: ['deploy', 'staging'],
      unseen,
      expected: 1,
    },
    { title: 'What the cluster remembers', args: ['history', 'staging'], unseen: cluster },
    { title: 'What runs', args: ['status', 'staging'], unseen: cluster },
    {
      title: 'Whether anything differs from what was delivered',
      args: ['drift', 'staging'],
      unseen: cluster,
    },
  ];
  return showSteps(steps, { cwd: folder, hide: { [sealingKey]: 'staging.key' } });
}

function say(text: string): void {
  console.log(text);
}
