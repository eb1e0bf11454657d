import { Buffer } from 'node:buffer';
import type { Certificate } from './certificate.ts';
import { sealingLabel, type Target } from './scope.ts';
import { type Random, sealValue } from './sealed-value.ts';
import { bindingOf, ciphertextOf, type StoredItem } from './store/store.ts';
import { ciphertextDigest, sameTag, valueTag } from './tag.ts';

export interface SealItemOptions {
  certificate: Certificate;
  target: Target;
  item: string;
  value: Uint8Array;
  /** The item as it stands in the store. */
  previous?: StoredItem | undefined;
  /** Without it nobody can tell later whether the value changed: the item gets no tag. */
  fingerprintKey?: Uint8Array | undefined;
  random?: Random | undefined;
}

export interface SealedItem {
  item: StoredItem;
  /** Whether it is the previous one, byte for byte, because the value has not changed. */
  kept: boolean;
}

/** Seals a value (strict scope), or keeps what is sealed when a tag proves that it is the same value in the same place. */
export function sealItem(options: SealItemOptions): SealedItem {
  const { certificate, target, item, value, previous, fingerprintKey, random } = options;
  if (
    previous !== undefined &&
    fingerprintKey !== undefined &&
    isUnchanged(options, previous, fingerprintKey)
  ) {
    return { item: previous, kept: true };
  }
  const bound = { certificate: certificate.fingerprint, label: sealingLabel(target), item };
  const ciphertext = sealValue(certificate.publicKey, value, bound.label, random);
  const tag = fingerprintKey === undefined ? undefined : valueTag(fingerprintKey, bound, value, ciphertext);
  const { namespace, secret } = target;
  const digest = ciphertextDigest(bound, ciphertext);
  const text = Buffer.from(ciphertext).toString('base64');
  return {
    item: { item, secret, namespace, certificate: bound.certificate, tag, digest, value: text },
    kept: false,
  };
}

function isUnchanged(
  { certificate, target, value }: SealItemOptions,
  previous: StoredItem,
  key: Uint8Array,
): boolean {
  const samePlace = previous.secret === target.secret && previous.namespace === target.namespace;
  if (!samePlace || previous.certificate !== certificate.fingerprint || previous.tag === undefined)
    return false;
  const bound = bindingOf(previous);
  const ciphertext = ciphertextOf(previous);
  return (
    ciphertextDigest(bound, ciphertext) === previous.digest &&
    sameTag(valueTag(key, bound, value, ciphertext), previous.tag)
  );
}
