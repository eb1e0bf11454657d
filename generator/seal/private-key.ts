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

/**
 * Reads every private key of a PEM text (PKCS#8 or PKCS#1; certificates between them are passed over).
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
  const blocks = pemBlocks(text).filter((block) => block.label.endsWith('PRIVATE KEY'));
  if (blocks.length === 0) {
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
