import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Problem, UserError } from '../errors.ts';
import { publicKeyFingerprint } from './fingerprint.ts';
import { pemBlocks } from './pem.ts';

/** A key that opens sealed values. */
export interface OpeningKey {
  /** Where it came from, for messages. */
  name: string;
  key: KeyObject;
  /** Of its public half: equal to the certificate's. */
  fingerprint: string;
}

/** PEM: the text itself, or the `sealingKey` of an escrow that was opened with `age -d`, which is JSON. */
export function keyPem(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  try {
    const { sealingKey } = JSON.parse(text) as { sealingKey?: unknown };
    return typeof sealingKey === 'string' ? sealingKey : '';
  } catch {
    return text;
  }
}

/**
 * Reads every private key of a PEM text (PKCS#8 or PKCS#1; certificates between them are passed over), or of an opened
 * escrow.
 * @throws UserError naming the file, never its content: no key in it, encrypted, damaged, not RSA.
 */
export function readPrivateKeys(file: string, text: string): OpeningKey[] {
  const problem = (message: string, remedy: string): UserError => {
    const found: Problem = {
      message: `the private key ${message}`,
      place: { file, line: 1, column: 1 },
      remedy,
    };
    return new UserError(found);
  };
  const pem = keyPem(text);
  const blocks = pemBlocks(pem).filter((block) => block.label.endsWith('PRIVATE KEY'));
  if (blocks.length === 0) {
    if (text.includes('-----BEGIN AGE ENCRYPTED FILE-----'))
      throw problem(
        'is encrypted with age',
        'Open it first, with the private half of a recipient: age -d -i IDENTITY FILE | jq -r .sealingKey > prod.key',
      );
    if (pem === '' && text.trim() !== '')
      throw problem(
        'is not there: this JSON has no `sealingKey`; an escrow has none when whoever wrote it had none',
        'Name the file `lunchbox keys new` wrote.',
      );
    throw problem(
      'is not there: nothing in PEM form (-----BEGIN PRIVATE KEY-----)',
      'Name the file `lunchbox keys new` wrote.',
    );
  }
  return blocks.map(({ label, text: pem }) => {
    if (label.startsWith('ENCRYPTED') || pem.includes('Proc-Type: 4,ENCRYPTED')) {
      throw problem('is encrypted', 'Decrypt it first: openssl pkey -in FILE -out DECRYPTED');
    }
    const key = parse(pem);
    if (key === undefined)
      throw problem('cannot be read: it is damaged', 'Take another copy from where keys are kept.');
    if (key.asymmetricKeyType !== 'rsa') {
      throw problem(
        `is of type ${key.asymmetricKeyType ?? 'unknown'}; values are sealed with RSA`,
        'Name another file.',
      );
    }
    return { name: file, key, fingerprint: publicKeyFingerprint(createPublicKey(key)) };
  });
}

function parse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
