import {
  controllerNamespace,
  sealingKeyName,
  sealingKeySecret,
} from '../../../generator/deploy/sealing-key.ts';
import { at, text } from '../../../generator/fields.ts';
import type { Files } from '../../../generator/files.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { type EscrowContent, escrowSeal, escrowText } from '../../../generator/provision/machine/escrow.ts';
import {
  type EscrowWanted,
  escrowGap,
  makeEscrowNote,
  readEscrowNote,
} from '../../../generator/provision/machine/escrow-note.ts';
import { STATE_FOLDER } from '../../../generator/provision/machine/look.ts';
import { readCertificate } from '../../../generator/seal/certificate.ts';
import { certificatePath } from '../../../generator/seal/environment-files.ts';
import { keyPem, readPrivateKeys } from '../../../generator/seal/private-key.ts';
import type { Environment } from '../../../generator/spec/environment.ts';
import { escrowNotePath, escrowPath } from '../../../generator/tree/paths.ts';
import { readTree } from '../../deploy/tree.ts';
import type { MachineRun } from './contract.ts';
import { MachineFailed } from './failure.ts';
import { must } from './remote.ts';
import { stage, warn, write } from './stage.ts';

const TOKEN = '/var/lib/rancher/k3s/server/token';
const SEAL = `${STATE_FOLDER}/escrow`;
const GIVE_IT = 'Run this again with it: `--sealing-key FILE`, or LUNCHBOX_SEALING_KEY';

/** Encrypts what would be lost with the machine, for the people that the spec names. */
export async function writeEscrow(run: MachineRun): Promise<void> {
  await stage(run, 'escrow', async (until) => {
    const { environment, dropletId, sealingKey: given } = run.request;
    const { files } = run.ports;
    const recipients = environment.droplet.escrow;
    const [path, notePath] = [escrowPath(environment.name), escrowNotePath(environment.name)];
    if (recipients.length === 0) {
      warn(
        run,
        'escrow',
        `nobody can restore this cluster when the machine is lost: k3s' token is on it alone. Name age recipients under \`droplet.escrow\` in lunchbox.yaml, and run this again`,
      );
      return { outcome: 'skipped', note: 'no recipients' };
    }
    const old = files.read(path);
    let note = readEscrowNote(files.read(notePath), old);
    const wanted = escrowWanted(environment, files, dropletId);
    let gap = escrowGap(old, note, wanted);
    if (!given && gap === undefined) return { outcome: 'already' };

    const token = (await must(run, 'escrow', until, "reading k3s' token", `cat ${TOKEN}`)).trim();
    if (token === '')
      throw new MachineFailed({
        message: `k3s' token in ${TOKEN} is empty`,
        remedy: 'See `systemctl status k3s` on the machine, and run this again.',
      });
    const key = given ? givenKey(run) : await keyOfCluster(run, until);
    const content: EscrowContent = {
      app: environment.app,
      environment: environment.name,
      k3sToken: token,
      ...(key ? { sealingKey: key.pem } : {}),
    };
    const known = {
      recipients: [...recipients],
      sealingKeys: key?.fingerprints ?? [],
      ...(dropletId === undefined ? {} : { dropletId }),
    };
    const sealed = (
      await must(run, 'escrow', until, 'reading its notes', `cat ${SEAL} 2>/dev/null || true`)
    ).trim();
    const same = old !== undefined && sealed === escrowSeal(content, recipients, old);
    if (same) {
      const noted = write(run, notePath, makeEscrowNote(old, known));
      note = readEscrowNote(files.read(notePath), old);
      gap = escrowGap(old, note, wanted);
      if (gap === undefined)
        return { outcome: noted ? 'done' : 'already', ...(noted ? { note: 'noted' } : {}) };
    }
    // What a run does not have, it must not take away from those who can open the file that is there.
    const loses = note
      ? note.sealingKeys.some((each) => !known.sealingKeys.includes(each))
      : old !== undefined && !key;
    if (!given && loses) {
      const holds = note ? 'it holds' : 'it may hold';
      warn(
        run,
        'escrow',
        `${path} ${gap}, and is kept as it is: ${holds} the sealing key, which was not given, nor is it in the cluster. ${GIVE_IT}`,
      );
      return { outcome: 'skipped', note: 'kept: the sealing key was not given' };
    }
    if (!key && wanted.sealingKey !== undefined)
      warn(
        run,
        'escrow',
        `the sealing key was not given, nor is it in the cluster, so ${path} holds k3s' token alone. ${GIVE_IT}, or after the delivery that brings it`,
      );
    if (same) return { outcome: 'already' };
    const encrypted = `${(await run.ports.encrypt(escrowText(content), recipients)).trimEnd()}\n`;
    write(run, path, encrypted);
    write(run, notePath, makeEscrowNote(encrypted, known));
    await must(run, 'escrow', until, 'noting the escrow', `umask 077; cat >${SEAL}`, {
      input: `${escrowSeal(content, recipients, encrypted)}\n`,
    });
    return {
      outcome: 'done',
      note: `for ${recipients.length} ${recipients.length === 1 ? 'recipient' : 'recipients'}`,
    };
  });
}

/** What the escrow of an environment should be. @throws UserError for a certificate that cannot be read */
export function escrowWanted(
  { name, droplet }: Environment,
  files: Files,
  dropletId: number | undefined,
): EscrowWanted {
  return { recipients: droplet.escrow, sealingKey: certificateOf(name, files)?.fingerprint, dropletId };
}

/** Private keys, as they are put into the escrow. */
interface Key {
  pem: string;
  /** Of each of them. */
  fingerprints: string[];
}

/** @throws UserError when it is not the one of the certificate */
function givenKey({ request, ports }: MachineRun): Key | undefined {
  const { environment, sealingKey } = request;
  if (!sealingKey) return undefined;
  const certificate = certificateOf(environment.name, ports.files);
  if (certificate) sealingKeySecret('', sealingKey, certificate);
  return keyOf(sealingKey.name, keyPem(sealingKey.text));
}

/** An earlier run or delivery may have brought it there. */
async function keyOfCluster(run: MachineRun, until: number): Promise<Key | undefined> {
  const { environment } = run.request;
  const { files } = run.ports;
  const certificate = certificateOf(environment.name, files);
  const { manifests } = readTree(files, {
    app: environment.app,
    environment: environment.name,
    revision: '',
  });
  const namespace = controllerNamespace(manifests);
  if (!certificate || namespace === undefined) return undefined;
  const name = sealingKeyName(certificate.fingerprint);
  const answer = await must(
    run,
    'escrow',
    until,
    'reading the sealing key',
    `k3s kubectl get secret --namespace ${namespace} ${name} --ignore-not-found -o json`,
  );
  if (answer.trim() === '') return undefined;
  const encoded = text(at(JSON.parse(answer) as JsonObject, 'data', 'tls.key')) ?? '';
  const key = keyOf(`Secret ${namespace}/${name}`, Buffer.from(encoded, 'base64').toString('utf8'));
  return key.fingerprints.includes(certificate.fingerprint) ? key : undefined;
}

function keyOf(name: string, pem: string): Key {
  return { pem, fingerprints: readPrivateKeys(name, pem).map(({ fingerprint }) => fingerprint) };
}

function certificateOf(environment: string, files: Files) {
  const file = certificatePath(environment);
  const text = files.read(file);
  return text === undefined
    ? undefined
    : { file, text, fingerprint: readCertificate(file, text).fingerprint };
}
