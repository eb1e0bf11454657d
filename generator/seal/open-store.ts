import type { Problem } from '../errors.ts';
import { shortFingerprint } from './fingerprint.ts';
import type { OpeningKey } from './private-key.ts';
import { sealingLabel } from './scope.ts';
import { openValue } from './sealed-value.ts';
import { bindingOf, ciphertextOf, type LocatedItem } from './store/store.ts';
import { ciphertextDigest } from './tag.ts';

/** A value in clear. Never log it. */
export interface OpenedItem {
  item: string;
  secret: string;
  namespace: string;
  value: Uint8Array;
  /** Name of the key that opened it. */
  key: string;
}

export interface OpenedItems {
  opened: OpenedItem[];
  /** One for each item that none of the keys opens. */
  failed: Problem[];
}

/** Opens what the keys can open, whatever the store says about certificates. */
export function openItems(items: Iterable<LocatedItem>, keys: readonly OpeningKey[]): OpenedItems {
  const result: OpenedItems = { opened: [], failed: [] };
  for (const item of items) {
    const opened = openItem(item, keys);
    if (opened !== undefined) result.opened.push(opened);
    else result.failed.push(failure(item, keys));
  }
  return result;
}

function openItem(item: LocatedItem, keys: readonly OpeningKey[]): OpenedItem | undefined {
  const ciphertext = ciphertextOf(item);
  const label = sealingLabel(item);
  for (const key of keys) {
    const value = openValue(key.key, ciphertext, label);
    const { item: name, secret, namespace } = item;
    if (value !== undefined) return { item: name, secret, namespace, value, key: key.name };
  }
  return undefined;
}

function failure(item: LocatedItem, keys: readonly OpeningKey[]): Problem {
  const tried = keys.map((key) => `${key.name} (${shortFingerprint(key.fingerprint)}…)`).join(', ');
  const message = `no key opens \`${item.item}\`; tried ${tried}`;
  if (!keys.some((key) => key.fingerprint === item.certificate)) {
    const remedy = `It was sealed for the public key ${shortFingerprint(item.certificate)}…: find its private half.`;
    return { message, place: item.place, remedy };
  }
  const edited = ciphertextDigest(bindingOf(item), ciphertextOf(item)) !== item.digest;
  const remedy = edited
    ? 'The key is the right one, but the item was changed since it was sealed: take it back from git.'
    : `The key is the right one, but the value was not sealed for Secret ${item.namespace}/${item.secret}, or is damaged.`;
  return { message, place: item.place, remedy };
}
