import type { Files } from '../../generator/files.ts';
import { parseDropletFacts } from '../../generator/host/droplet-facts.ts';
import { dropletPath, knownHostsPath } from '../../generator/tree/paths.ts';
import type { ApplyOutcome } from './cloud/apply.ts';

export type Serving = Pick<ApplyOutcome, 'droplet' | 'address'>;

/** Whether the repository knows a droplet. One that somebody made by hand is described by hand as well, maybe without its number. */
export function isKnown({ droplet, address }: Serving, environment: string, files: Files): boolean {
  const facts = notedFacts(environment, files);
  return facts?.address === address && (facts.dropletId ?? droplet.id) === droplet.id;
}

/** Whether what a run found out about the droplet that it made was written. */
export function isNoted({ droplet, address }: Serving, environment: string, files: Files): boolean {
  const facts = notedFacts(environment, files);
  return facts?.address === address && facts.dropletId === droplet.id;
}

function notedFacts(environment: string, files: Files) {
  const path = dropletPath(environment);
  const text = files.read(path);
  if (text === undefined || files.read(knownHostsPath(environment)) === undefined) return undefined;
  return parseDropletFacts(path, text);
}
