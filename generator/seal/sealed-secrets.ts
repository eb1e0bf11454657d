import { createHash } from 'node:crypto';
import { lengthPrefixed } from './length-prefixed.ts';
import type { SecretStore, StoredItem } from './store/store.ts';

/** The sealed values of one Secret, as a SealedSecret carries them. */
export interface SealedSecret {
  namespace: string;
  name: string;
  /** Type of the Secret that the controller makes of it. */
  type: string;
  /** Item -> ciphertext (base64), sorted by item. */
  encryptedData: Record<string, string>;
  /** Changes with the ciphertexts, which are public: for annotations that make pods restart. 32 hexadecimal digits. */
  checksum: string;
}

/** Everything in a store, by Secret, sorted by namespace and name. */
export function sealedSecrets(store: SecretStore): SealedSecret[] {
  const groups = new Map<string, StoredItem[]>();
  for (const item of store.items.values()) {
    const key = `${item.namespace}/${item.secret}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const secrets = Array.from(groups.values(), toSecret);
  return secrets.sort((a, b) => order(a.namespace, b.namespace) || order(a.name, b.name));
}

function toSecret(items: readonly StoredItem[]): SealedSecret {
  const sorted = [...items].sort((a, b) => order(a.item, b.item));
  const [first] = sorted;
  const names = sorted.map((item) => item.item);
  return {
    namespace: first?.namespace ?? '',
    name: first?.secret ?? '',
    type: secretType(names),
    encryptedData: Object.fromEntries(sorted.map((item) => [item.item, item.value])),
    checksum: createHash('sha256')
      .update(lengthPrefixed(sorted.flatMap((item) => [item.item, item.value])))
      .digest('hex')
      .slice(0, 32),
  };
}

/** Kubernetes asks for certain keys in Secrets of certain types: exactly those keys mean that type. */
function secretType(sortedItems: readonly string[]): string {
  switch (sortedItems.join('\n')) {
    case '.dockerconfigjson':
      return 'kubernetes.io/dockerconfigjson';
    case 'tls.crt\ntls.key':
      return 'kubernetes.io/tls';
    default:
      return 'Opaque';
  }
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
