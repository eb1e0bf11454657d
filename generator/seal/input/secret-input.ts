import type { Place } from '../../finding.ts';

/** A value in clear, on its way from a file to being sealed. */
export interface SecretInput {
  item: string;
  value: Uint8Array;
  /** Where it was read. */
  place?: Place | undefined;
}
