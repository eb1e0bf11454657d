import { type Account, startAccount } from '../../test/provision/account.ts';
import { missingForMachine } from '../../test/provision/machine/machine.ts';
import { makeProvisionRepository, type ProvisionRepository } from '../../test/provision/repository.ts';
import { type Step, showSteps } from './steps.ts';

/** Shows a plan, an apply, a status, an apply that changes nothing, and a destroy. @returns the exit code */
export async function demo(): Promise<number> {
  if (missingForMachine !== undefined) {
    console.error(
      `error  this machine lacks ${missingForMachine}, with which a droplet is played\n       Run it as root on Linux, with OpenSSH's server, iproute2 and util-linux.`,
    );
    return 2;
  }
  console.log(
    'Starting a DigitalOcean of our own, and an operator with a repository that has no droplet yet.',
  );
  let [account, repository]: [Account?, ProvisionRepository?] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      await account?.stop();
      repository?.remove();
    })();
    return stopping;
  };
  const interrupted = () => void stop().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    repository = await makeProvisionRepository();
    account = await startAccount();
    account.fake.world.zones = ['shop.example'];
    return await showSteps(stepsFor(repository), {
      cwd: repository.folder,
      env: account.env,
      hide: { [repository.operator.file]: 'operator.key', [repository.sealingKey]: 'prod.key' },
    });
  } finally {
    await stop();
    process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted);
    console.log('\nThe account, the droplet, the repository and its keys are gone again.');
  }
}

function stepsFor({ operator, sealingKey }: ProvisionRepository): Step[] {
  const provision = (...args: string[]) => ['provision', 'prod', ...args];
  return [
    { title: 'What an empty account lacks, and what it will cost', args: provision('plan') },
    {
      title: 'Exactly that plan: an Ubuntu becomes NixOS with k3s, and is proven',
      args: provision('apply', '--ssh-key', operator.file, '--sealing-key', sealingKey),
    },
    { title: 'What the account holds now', args: provision('status') },
    { title: 'Again: nothing to do', args: provision('apply', '--ssh-key', operator.file) },
    {
      title: 'Everything goes, data and address too, because that is what is said',
      args: provision('destroy', '--with-data', '--confirm', 'prod'),
    },
  ];
}
