import { createHash } from 'node:crypto';
import type { Json } from '../../manifest.ts';

/** For `checksum/…` annotations: changes with the data, so that pods restart and read it. 32 hexadecimal digits. */
export function checksum(data: Json): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32);
}
