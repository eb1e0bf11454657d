import { controllerNamespace, sealingKeySecret } from '../../../generator/deploy/sealing-key.ts';
import { UserError } from '../../../generator/errors.ts';
import { at, text } from '../../../generator/fields.ts';
import { backupEnv } from '../../../generator/host/backup-settings.ts';
import { deliverSettingsScript } from '../../../generator/host/scripts/backup.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { type EscrowContent, escrowSeal, escrowText } from '../../../generator/provision/machine/escrow.ts';
import { STATE_FOLDER } from '../../../generator/provision/machine/look.ts';
import { certificatePath } from '../../../generator/seal/environment-files.ts';
import { keyPem } from '../../../generator/seal/private-key.ts';
import { escrowPath } from '../../../generator/tree/paths.ts';
import { readTree } from '../../deploy/tree.ts';
import { FIELD_MANAGER } from '../../ports/cluster.ts';
import { command, type MachineRun, must, stage, warn, write } from './context.ts';
import { MachineFailed } from './failure.ts';

const TOKEN = '/var/lib/rancher/k3s/server/token';
const SEAL = `${STATE_FOLDER}/escrow`;
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

/** Encrypts what would be lost with the machine, for the people that the spec names. */
export async function writeEscrow(run: MachineRun): Promise<void> {
  await stage(run, 'escrow', async (until) => {
    const { environment, sealingKey } = run.request;
    const recipients = environment.droplet.escrow;
    const path = escrowPath(environment.name);
    if (recipients.length === 0) {
      warn(
        run,
        'escrow',
        `nobody can restore this cluster when the machine is lost: k3s' token is on it alone. Name age recipients under \`droplet.escrow\` in lunchbox.yaml, and run this again`,
      );
      return { outcome: 'skipped', note: 'no recipients' };
    }
    const token = (await must(run, 'escrow', until, "reading k3s' token", `cat ${TOKEN}`)).trim();
    if (token === '')
      throw new MachineFailed({
        message: `k3s' token in ${TOKEN} is empty`,
        remedy: 'See `systemctl status k3s` on the machine, and run this again.',
      });
    if (!sealingKey) warn(run, 'escrow', `the sealing key was not given, so ${path} holds k3s' token alone`);
    const content: EscrowContent = {
      app: environment.app,
      environment: environment.name,
      k3sToken: token,
      ...(sealingKey ? { sealingKey: keyPem(sealingKey.text) } : {}),
    };
    const old = run.ports.files.read(path);
    const noted = (
      await must(run, 'escrow', until, 'reading its notes', `cat ${SEAL} 2>/dev/null || true`)
    ).trim();
    if (old !== undefined && noted === escrowSeal(content, recipients, old)) return { outcome: 'already' };
    const encrypted = `${(await run.ports.encrypt(escrowText(content), recipients)).trimEnd()}\n`;
    write(run, path, encrypted);
    await must(run, 'escrow', until, 'noting the escrow', `umask 077; cat >${SEAL}`, {
      input: `${escrowSeal(content, recipients, encrypted)}\n`,
    });
    return {
      outcome: 'done',
      note: `for ${recipients.length} ${recipients.length === 1 ? 'recipient' : 'recipients'}`,
    };
  });
}
