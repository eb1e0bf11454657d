import { spawn } from 'node:child_process';
import {
  type ReferenceCluster,
  startReferenceCluster,
} from '../../test/cluster/control-plane/reference-cluster.ts';
import {
  makeReferenceRepository,
  type ReferenceRepository,
} from '../../test/cluster/control-plane/reference-repository.ts';
import { missingForController } from '../../test/cluster/control-plane/sealed-secrets.ts';

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

async function show(repository: ReferenceRepository, { plane }: ReferenceCluster): Promise<number> {
  const steps: { title: string; prepare?: () => void; args: string[]; expected: number }[] = [
    {
      title: 'The first delivery: everything is new, and the sealing key comes before its controller',
      prepare: () => repository.release('aaaa'),
      args: ['deploy', 'staging', '--sealing-key', repository.sealingKey],
      expected: 0,
    },
    { title: 'Again, with nothing changed', args: ['deploy', 'staging'], expected: 0 },
    {
      title: 'Another image',
      prepare: () => repository.release('bbbb'),
      args: ['deploy', 'staging'],
      expected: 0,
    },
    {
      title: 'An image that cannot be pulled: known to fail, explained, and taken back',
      prepare: () => repository.release('dead'),
      args: ['deploy', 'staging'],
      expected: 1,
    },
    { title: 'What the cluster remembers', args: ['history', 'staging'], expected: 0 },
    { title: 'What runs', args: ['status', 'staging'], expected: 0 },
    { title: 'Whether anything differs from what was delivered', args: ['drift', 'staging'], expected: 0 },
  ];
  for (const [index, { title, prepare, args, expected }] of steps.entries()) {
    say(`\n── ${index + 1} of ${steps.length} · ${title}`);
    prepare?.();
    const deploys = args[0] === 'deploy';
    // Pods are played here: nobody could answer at the public hosts.
    const all = [...args, ...(deploys ? ['--no-probe'] : []), '--kubeconfig', plane.kubeconfig];
    console.log(`$ lunchbox ${args.join(' ').replace(repository.sealingKey, 'staging.key')}\n`);
    const code = await run(repository, all);
    console.log(`\n(exit code ${code})`);
    if (code !== expected) {
      console.error(`error  expected was ${expected}`);
      return 1;
    }
  }
  return 0;
}

/** With the output that a user sees, as it comes. */
function run({ cli, folder }: ReferenceRepository, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: 'inherit' })
      .on('error', reject)
      .on('exit', (code) => resolve(code ?? 1));
  });
}

function say(text: string): void {
  console.log(text);
}
