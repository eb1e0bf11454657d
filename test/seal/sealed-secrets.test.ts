import { describe, expect, it } from 'vitest';
import { sealedSecrets } from '../../generator/seal/sealed-secrets.ts';
import { emptyStore, putItems } from '../../generator/seal/store/edit-store.ts';
import { parseStore } from '../../generator/seal/store/parse-store.ts';
import type { StoredItem } from '../../generator/seal/store/store.ts';

const hash = `sha256:${'a'.repeat(64)}`;
const item = (name: string, secret: string, namespace: string, value = 'QUFB'): StoredItem => {
  return { item: name, secret, namespace, certificate: hash, digest: hash, value };
};
const secrets = (...items: StoredItem[]) =>
  sealedSecrets(parseStore('s.yaml', putItems('s.yaml', emptyStore('prod'), items)));

describe('sealed secrets', () => {
  it('are grouped by Secret and namespace, all sorted', () => {
    const found = secrets(
      item('z', 'shop', 'prod', 'WlpaWg=='),
      item('a', 'shop', 'prod'),
      item('b', 'other', 'prod'),
      item('c', 'shop', 'aside'),
    );
    expect(
      found.map(({ namespace, name, type, encryptedData }) => ({ namespace, name, type, encryptedData })),
    ).toEqual([
      { namespace: 'aside', name: 'shop', type: 'Opaque', encryptedData: { c: 'QUFB' } },
      { namespace: 'prod', name: 'other', type: 'Opaque', encryptedData: { b: 'QUFB' } },
      { namespace: 'prod', name: 'shop', type: 'Opaque', encryptedData: { a: 'QUFB', z: 'WlpaWg==' } },
    ]);
    expect(Object.keys(found[2]?.encryptedData ?? {})).toEqual(['a', 'z']);
    expect(secrets()).toEqual([]);
  });

  it('do not depend on the order of the store', () => {
    const text = putItems('s.yaml', emptyStore('prod'), [
      item('a', 's', 'n'),
      item('b', 's', 'n'),
      item('c', 's', 'n'),
    ]);
    const store = parseStore('s.yaml', text);
    const turned = { ...store, items: new Map([...store.items].reverse()) };
    expect(JSON.stringify(sealedSecrets(turned))).toBe(JSON.stringify(sealedSecrets(store)));
  });

  it('have the type that Kubernetes wants for their keys', () => {
    const type = (...names: string[]) => secrets(...names.map((name) => item(name, 's', 'n')))[0]?.type;
    expect(type('.dockerconfigjson')).toBe('kubernetes.io/dockerconfigjson');
    expect(type('tls.key', 'tls.crt')).toBe('kubernetes.io/tls');
    expect(type('tls.crt')).toBe('Opaque');
    expect(type('.dockerconfigjson', 'a')).toBe('Opaque');
  });

  it('have a checksum that moves with names and ciphertexts of this Secret, and with nothing else', () => {
    const [first] = secrets(item('a', 's', 'n'), item('x', 'other', 'n'));
    const sum = (...items: StoredItem[]) => secrets(...items).find(({ name }) => name === 's')?.checksum;
    const base = sum(item('a', 's', 'n'));
    expect(base).toMatch(/^[0-9a-f]{32}$/);
    expect(first?.name).toBe('other');
    expect(sum(item('a', 's', 'n'), item('x', 'other', 'n', 'WA=='))).toBe(base);
    expect(sum({ ...item('a', 's', 'n'), tag: `v1:${'b'.repeat(64)}` })).toBe(base);
    expect(sum(item('a', 's', 'n', 'QUFC'))).not.toBe(base);
    expect(sum(item('b', 's', 'n'))).not.toBe(base);
    expect(sum(item('a', 's', 'n'), item('b', 's', 'n'))).not.toBe(base);
  });
});
