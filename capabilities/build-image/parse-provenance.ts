import { UserError } from '../../generator/errors.ts';
import type { Provenance } from './contract.ts';

const MODES = ['max', 'min', 'none'] as const satisfies readonly Provenance[];

/** Empty is the default. @throws UserError for another word */
export function parseProvenance(text: string): Provenance | undefined {
  if (text === '') return undefined;
  const known = MODES.find((mode) => mode === text);
  if (known) return known;
  throw new UserError({
    message: `\`${text}\` is no kind of provenance`,
    remedy: `Write ${MODES.join(', ')}, or leave it out.`,
  });
}
