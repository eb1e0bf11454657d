import type { Release } from '../../release/release.ts';

/** Sealed values as they go into one SealedSecret. */
export interface SealedObject {
  namespace: string;
  name: string;
  /** Type of the Secret it becomes. */
  type: string;
  /** Item -> ciphertext, base64. */
  encryptedData: Record<string, string>;
}

/** What a render needs beside the spec. */
export interface RenderInputs {
  release: Release;
  sealed: readonly SealedObject[];
  /** Over the ciphertexts of the app's own Secret; null when nothing is sealed yet. */
  secretsChecksum: string | null;
}
