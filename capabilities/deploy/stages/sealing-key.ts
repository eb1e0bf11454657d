import {
  controllerNamespace,
  FINGERPRINT,
  KEY_LABEL,
  sealingKeySecret,
} from '../../../generator/deploy/sealing-key.ts';
import { UserError } from '../../../generator/errors.ts';
import { at, labelsOf, text } from '../../../generator/fields.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { readCertificate } from '../../../generator/seal/certificate.ts';
import { certificatePath } from '../../../generator/seal/environment-files.ts';
import { shortFingerprint } from '../../../generator/seal/fingerprint.ts';
import type { Cluster, Resource } from '../../ports/cluster.ts';
import type { DesiredTree } from '../tree.ts';

export interface SealingKey {
  /** Where it came from, for messages. */
  name: string;
  /** PEM. */
  text: string;
}

export interface KeyCheck {
  /** What is to be put into the cluster; undefined when it has it, or needs none. */
  missing: JsonObject | undefined;
  warnings: string[];
}

/**
 * Whether the key of an environment is in the cluster, or was given. Without one the controller makes a key of its own,
 * which nobody has a copy of.
 * @throws UserError when it is neither, or does not fit
 */
export async function checkSealingKey(
  tree: DesiredTree,
  given: SealingKey | undefined,
  cluster: Cluster,
): Promise<KeyCheck> {
  const namespace = controllerNamespace(tree.manifests);
  const sealed = tree.manifests.some(({ identity }) => identity.kind === 'SealedSecret');
  if (namespace === undefined || (!sealed && !given)) return { missing: undefined, warnings: [] };
  const file = certificatePath(tree.environment);
  if (tree.certificate === undefined)
    throw new UserError({
      message: `${file} does not exist: which key belongs to ${tree.environment} is not known`,
      remedy: `Commit the certificate, or make a key pair: lunchbox keys new ${tree.environment}`,
    });
  const wanted = readCertificate(file, tree.certificate).fingerprint;
  const there = await activeKeys(namespace, cluster);
  const warnings = there
    .filter(({ fingerprint }) => fingerprint !== wanted)
    .map(
      ({ name }) =>
        `Secret ${namespace}/${name} is an active sealing key that ${file} does not know: nobody may have a copy of it`,
    );
  // A key that was given is checked even when it is not needed.
  const secret = given && sealingKeySecret(namespace, given, { file, text: tree.certificate }).secret;
  if (there.some(({ fingerprint }) => fingerprint === wanted)) return { missing: undefined, warnings };
  if (secret) return { missing: secret, warnings };
  throw new UserError({
    message: `the cluster has no sealing key for ${file} (${shortFingerprint(wanted)}), and none was given`,
    remedy:
      'Give the private key that `lunchbox keys new` made: --sealing-key FILE, or LUNCHBOX_SEALING_KEY.',
  });
}

/** Puts the key into the cluster. It has to be there before its controller is. */
export async function placeSealingKey(key: JsonObject, tree: DesiredTree, cluster: Cluster): Promise<void> {
  await cluster.apply(await secretResource(cluster), key, { force: true });
  await restartController(tree, cluster);
}

/** A controller that is already there looks at its keys only when it starts, and at what it failed to open never again. */
async function restartController(tree: DesiredTree, cluster: Cluster): Promise<void> {
  const namespace = controllerNamespace(tree.manifests);
  const pods = await cluster.resource('v1', 'Pod');
  if (namespace === undefined || !pods) return;
  const { items } = await cluster.list(pods, {
    namespace,
    labels: 'app.kubernetes.io/name=sealed-secrets',
    metadataOnly: true,
  });
  for (const { metadata } of items)
    await cluster.delete(
      { resource: pods, namespace, name: text(at(metadata, 'name')) ?? '' },
      { uid: text(at(metadata, 'uid')) ?? '' },
    );
}

async function secretResource(cluster: Cluster): Promise<Resource> {
  const resource = await cluster.resource('v1', 'Secret');
  if (!resource) throw new Error('an API server without Secrets');
  return resource;
}

/** Names and fingerprints of the keys; nothing of the keys themselves is transferred. */
async function activeKeys(namespace: string, cluster: Cluster) {
  const { items } = await cluster.list(await secretResource(cluster), {
    namespace,
    labels: `${KEY_LABEL}=active`,
    metadataOnly: true,
  });
  return items.map(({ metadata }: JsonObject) => ({
    name: text(at(metadata, 'name')) ?? '',
    fingerprint: labelsOf(at(metadata, 'annotations'))[FINGERPRINT],
  }));
}
