import type { Place } from '../../finding.ts';
import { decodeBase64 } from '../ciphertext.ts';
import { sealingLabel } from '../scope.ts';
import type { Binding } from '../tag.ts';

/** One sealed value, as it stands in the store. All of it is public. */
export interface StoredItem {
  /** Key in the Secret. */
  item: string;
  /** Name and namespace of the Secret it was sealed for: it opens nowhere else. */
  secret: string;
  namespace: string;
  /** Fingerprint of the public key it was sealed with. */
  certificate: string;
  /** See `valueTag`; absent when it was sealed without a fingerprint key. */
  tag?: string | undefined;
  /** See `ciphertextDigest`. */
  digest: string;
  /** Ciphertext, base64. */
  value: string;
}

/** The fields of an item, in the order in which they are written. */
export const ITEM_FIELDS = ['secret', 'namespace', 'certificate', 'tag', 'digest', 'value'] as const;
export type ItemField = (typeof ITEM_FIELDS)[number];

/** An item and where it was read. */
export interface LocatedItem extends StoredItem {
  place: Place;
  /** Where each field's value stands. */
  fields: Partial<Record<ItemField, Place>>;
}

/** The sealed values of one environment: what `clusters/<env>/secrets.yaml` says. */
export interface SecretStore {
  file: string;
  /** Where `items` stands; undefined when it is not there yet. */
  itemsPlace: Place | undefined;
  /** By item name, in the file's order. */
  items: ReadonlyMap<string, LocatedItem>;
}

export const storePath = (environment: string) => `clusters/${environment}/secrets.yaml`;

/** What an item's tag and digest bind. */
export function bindingOf(item: StoredItem): Binding {
  return { certificate: item.certificate, label: sealingLabel(item), item: item.item };
}

/** The bytes of an item's value. The store takes nothing but base64 in, so there are some. */
export function ciphertextOf(item: StoredItem): Uint8Array {
  return decodeBase64(item.value) ?? new Uint8Array();
}
