import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Fields, Text } from './fields.ts';

const NEW = 'Take a new kubeconfig.';
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * The authorities to trust (PEM): those that can be read, as kubectl has it. TLS would stop at the first that cannot, and
 * trust nobody without a word.
 * @throws UserError when there is none
 */
export function readAuthorities({ key, text }: Text, fields: Fields): string {
  const readable = blocksOf(text).filter((block) => certificateIn(block) !== undefined);
  if (readable.length === 0) fields.fail(`there is no certificate in \`${key}\` (PEM)`, NEW);
  return readable.join('\n');
}

/**
 * Checks that a client certificate can be used, with its key.
 * @param alone Nothing else says who asks: the server would refuse one that has run out.
 * @throws UserError, which holds nothing of the key
 */
export function checkIdentity(certificate: Text, key: Text, alone: boolean, fields: Fields): void {
  const leaf = certificateIn(blocksOf(certificate.text)[0] ?? '');
  if (leaf === undefined) fields.fail(`there is no certificate in \`${certificate.key}\` (PEM)`, NEW);
  const own = privateKey(key, fields);
  if (!leaf.checkPrivateKey(own))
    fields.fail(
      `\`${key.key}\` is not the key of \`${certificate.key}\``,
      'They are of two credentials: take both from the same one.',
    );
  if (alone) checkTime(leaf, certificate.key, fields);
  try {
    createSecureContext({ cert: certificate.text, key: key.text });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fields.fail(`TLS does not take \`${certificate.key}\` (${code ?? 'no reason given'})`, NEW);
  }
}

function checkTime({ validFrom, validTo }: X509Certificate, key: string, fields: Fields): void {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  const now = new Date();
  if (now > to)
    fields.fail(
      `the certificate in \`${key}\` has run out on ${to.toISOString()}`,
      `${NEW} Of k3s: restart it, and it renews them.`,
    );
  if (now < from)
    fields.fail(
      `the certificate in \`${key}\` is valid only from ${from.toISOString()} on`,
      'See that the clock of this machine is right.',
    );
}

function privateKey({ key, text }: Text, fields: Fields): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    fields.fail(
      `the key in \`${key}\` wants a passphrase`,
      'Nobody is asked for one, by kubectl neither: take the passphrase off (`openssl pkey`).',
    );
  try {
    return createPrivateKey(text);
  } catch {
    return fields.fail(`there is no private key in \`${key}\` (PEM)`, NEW);
  }
}

function blocksOf(text: string): string[] {
  return text.match(BLOCK) ?? [];
}

/** Undefined when it is broken. */
function certificateIn(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}
