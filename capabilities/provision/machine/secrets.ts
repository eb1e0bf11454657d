import { controllerNamespace, sealingKeySecret } from '../../../generator/deploy/sealing-key.ts';
import { UserError } from '../../../generator/errors.ts';
import { at, text } from '../../../generator/fields.ts';
import { backupEnv } from '../../../generator/host/backup-settings.ts';
import { deliverSettingsScript } from '../../../generator/host/scripts/backup.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { certificatePath } from '../../../generator/seal/environment-files.ts';
import { readTree } from '../../deploy/tree.ts';
import { FIELD_MANAGER } from '../../ports/cluster.ts';
import type { MachineRun } from './contract.ts';
import { command, must } from './remote.ts';
import { stage, warn } from './stage.ts';

const APPLY = `k3s kubectl apply --server-side --force-conflicts --field-manager=${FIELD_MANAGER} -f -`;

/** Puts the key that values were sealed for into the cluster, before anything there makes one of its own. */
export async function deliverSealingKey(run: MachineRun): Promise<void> {
  await stage(run, 'sealing key', async (until) => {
    const { environment, sealingKey } = run.request;
    const { files } = run.ports;
    const tree = readTree(files, { app: environment.app, environment: environment.name, revision: '' });
    const namespace = controllerNamespace(tree.manifests);
    const sealed = tree.manifests.some(({ identity }) => identity.kind === 'SealedSecret');
    if (namespace === undefined) return { outcome: 'skipped', note: 'nothing here opens sealed values' };
    if (!sealingKey) {
      if (sealed)
        warn(
          run,
          'sealing key',
          'the sealing key was not given: the first delivery has to bring it, or nothing that is sealed can be opened',
        );
      return { outcome: 'skipped', note: 'none was given' };
    }
    if (tree.certificate === undefined)
      throw new UserError({
        message: `${certificatePath(environment.name)} does not exist: which key belongs to ${environment.name} is not known`,
        remedy: `Commit the certificate, or make a key pair: lunchbox keys new ${environment.name}`,
      });
    const { secret } = sealingKeySecret(namespace, sealingKey, {
      file: certificatePath(environment.name),
      text: tree.certificate,
    });
    const name = text(at(secret, 'metadata', 'name')) ?? '';
    const there = await command(
      run,
      'sealing key',
      until,
      `k3s kubectl get secret --namespace ${namespace} ${name} -o name`,
    );
    if (there.code === 0) return { outcome: 'already', note: name };
    const home = tree.manifests.find(
      ({ identity }) => identity.kind === 'Namespace' && identity.name === namespace,
    );
    const objects: JsonObject[] = [
      home?.data ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      secret,
    ];
    // One after the other: a list would want the namespace to be there already.
    for (const object of objects)
      await must(run, 'sealing key', until, 'putting the sealing key into the cluster', APPLY, {
        input: JSON.stringify(object),
      });
    return { outcome: 'done', note: name };
  });
}

/** Hands over what the nightly backups need. */
export async function deliverBackups(run: MachineRun): Promise<void> {
  const { environment, backups } = run.request;
  if (environment.droplet.backups === undefined) return;
  await stage(run, 'backups', async (until) => {
    if (backups) {
      await must(run, 'backups', until, 'handing over the keys of the backups', deliverSettingsScript(), {
        input: backupEnv(backups),
      });
      return { outcome: 'done', note: backups.repository };
    }
    warn(
      run,
      'backups',
      `the keys of the backups were not given: none are made until \`lunchbox host ${environment.name} backup now\` has brought them`,
    );
    return { outcome: 'skipped', note: 'no keys were given' };
  });
}
