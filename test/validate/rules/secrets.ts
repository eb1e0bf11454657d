import { type Obj, object } from './objects.ts';

/** Metadata of a Secret that is meant to stand in plain text. */
export const IGNORED = {
  metadata: { name: 'web', annotations: { 'lunchbox.dev/ignore': 'plaintext-secret' } },
};

/** A Secret of plain text, allowed to be one. */
export const secret = (stringData: Obj) => object('v1', 'Secret', { ...IGNORED, stringData });

export const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A SealedSecret of these items. */
export const sealed = (encryptedData: Obj, more: Obj = {}, name = 'web') =>
  object('bitnami.com/v1alpha1', 'SealedSecret', { spec: { encryptedData }, ...more }, name);

/** A value sealed with a key of so many bytes, and cut off, or not. */
export const sealedValue = (keyBytes: number, bytes = 2 + keyBytes + 16) => {
  const value = Buffer.alloc(bytes, 7);
  value.writeUInt16BE(keyBytes);
  return value.toString('base64');
};

/** An empty SealedSecret with annotations of its own, and of its template. */
export const scoped = (own: Obj, template: Obj) => {
  const spec = { encryptedData: {}, template: { metadata: { annotations: template } } };
  return sealed({}, { metadata: { name: 'web', annotations: own }, spec });
};

/** An environment variable from a key of Secret/web. */
export const fromSecret = (key: string, more: Obj = {}) => ({
  name: key.toUpperCase(),
  valueFrom: { secretKeyRef: { name: 'web', key, ...more } },
});

export const NAMESPACE_WIDE = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };

export const CLUSTER_WIDE = { 'sealedsecrets.bitnami.com/cluster-wide': 'true' };
