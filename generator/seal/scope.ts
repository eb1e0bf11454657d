import { Buffer } from 'node:buffer';

/**
 * How far a sealed value may travel (the names are upstream's). Lunchbox writes `strict` everywhere; the other two
 * are understood so that values sealed elsewhere can be opened.
 */
export type Scope = 'strict' | 'namespace-wide' | 'cluster-wide';

/** The Secret that a value is sealed for. */
export interface Target {
  namespace: string;
  /** Name of the Secret. */
  secret: string;
}

/**
 * The OAEP label: a value opens only under the label it was sealed with. Strict is `namespace/name` with the slash.
 * Source: `EncryptionLabel` of upstream's `sealedsecret_expansion.go`.
 */
export function sealingLabel(target: Target, scope: Scope = 'strict'): Buffer {
  switch (scope) {
    case 'strict':
      return Buffer.from(`${target.namespace}/${target.secret}`, 'utf8');
    case 'namespace-wide':
      return Buffer.from(target.namespace, 'utf8');
    case 'cluster-wide':
      return Buffer.alloc(0);
    default:
      return scope satisfies never;
  }
}
