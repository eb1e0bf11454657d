import { riskNames } from '../generator/diff/format/words.ts';
import type { Review } from '../generator/diff/review.ts';
import { RISKS, type RiskName } from '../generator/diff/risk.ts';
import { UserError } from '../generator/errors.ts';
import { nearest } from '../generator/suggest.ts';

/** Reads names of risks, or `any`, also with blanks between them; none is none. @throws UserError for a risk that there is not */
export function parseFailOn(given: readonly string[]): RiskName[] {
  const names = given.flatMap((text) => text.split(/\s+/)).filter((name) => name !== '');
  if (names.includes('any')) return [...RISKS];
  return names.map((name) => {
    const known = RISKS.find((risk) => risk === name);
    if (known) return known;
    const guess = nearest(name, RISKS);
    throw new UserError({
      message: `there is no risk \`${name}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
      remedy: `Name ${RISKS.join(', ')}, or any.`,
    });
  });
}

/** The risks of a review that are to fail it. */
export function failingRisks({ environments }: Review, failOn: readonly RiskName[]): RiskName[] {
  return riskNames(environments.flatMap(({ risks }) => risks)).filter((name) => failOn.includes(name));
}
