import { Buffer } from 'node:buffer';
import { UserError } from '../errors.ts';
import { at, text } from '../fields.ts';
import type { JsonObject, Manifest } from '../manifest.ts';
import { readCertificate } from '../seal/certificate.ts';
import { shortFingerprint } from '../seal/fingerprint.ts';
import { readPrivateKeys } from '../seal/private-key.ts';

/** The label by which the sealed-secrets controller finds its keys. */
export const KEY_LABEL = 'sealedsecrets.bitnami.com/sealed-secrets-key';
/** Says which key it is without anybody having to read it. */
export const FINGERPRINT = 'lunchbox.dev/fingerprint';

/** Namespace in which the controller runs; undefined when the tree has none. */
export function controllerNamespace(manifests: readonly Manifest[]): string | undefined {
  const chart = manifests.find(
    ({ identity, data }) =>
      identity.kind === 'HelmChart' && /(?:^|\/)sealed-secrets$/.test(text(at(data, 'spec', 'chart')) ?? ''),
  );
  return chart && (text(at(chart.data, 'spec', 'targetNamespace')) ?? chart.identity.namespace ?? 'default');
}

/** What the Secret of a key pair is called. @param fingerprint `sha256:` and 64 hexadecimal digits */
export function sealingKeyName(fingerprint: string): string {
  return `lunchbox-sealing-key-${fingerprint.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/**
 * The Secret with the key pair of an environment, as the controller wants it. A pair that does not fit is refused here:
 * the controller would not start with it.
 * @throws UserError that never holds anything of the key
 */
export function sealingKeySecret(
  namespace: string,
  key: { name: string; text: string },
  certificate: { file: string; text: string },
): { secret: JsonObject; fingerprint: string } {
  const keys = readPrivateKeys(key.name, key.text);
  const { fingerprint } = readCertificate(certificate.file, certificate.text);
  const pair = keys.find((each) => each.fingerprint === fingerprint);
  if (!pair) {
    const found = keys.map((each) => shortFingerprint(each.fingerprint)).join(', ');
    throw new UserError({
      message: `the private key is not the one of ${certificate.file}: that is ${shortFingerprint(fingerprint)}, this is ${found}`,
      place: { file: key.name, line: 1, column: 1 },
      remedy: 'Take the key of this environment from where keys are kept.',
    });
  }
  const encoded = (pem: string) => Buffer.from(pem, 'utf8').toString('base64');
  const secret: JsonObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: sealingKeyName(fingerprint),
      namespace,
      labels: { [KEY_LABEL]: 'active' },
      annotations: { [FINGERPRINT]: fingerprint },
    },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': encoded(certificate.text),
      'tls.key': encoded(pair.key.export({ type: 'pkcs8', format: 'pem' }).toString()),
    },
  };
  return { secret, fingerprint };
}
