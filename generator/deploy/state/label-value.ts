import { createHash } from 'node:crypto';

/** Characters that the value of a label may have. */
const LONGEST = 63;

/** A name as the value of a label: as it is where it fits, else its beginning and a digest of the whole. */
export function labelValue(name: string): string {
  if (name.length <= LONGEST) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${name.slice(0, LONGEST - 1 - digest.length)}-${digest}`;
}
