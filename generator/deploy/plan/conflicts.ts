import type { Problem } from '../../errors.ts';
import { sanitize } from '../../sanitize.ts';

/** A field that somebody else answers for. */
export interface FieldConflict {
  manager: string;
  /** Through which it was written: `scale`; undefined for the object itself. */
  subresource?: string;
  field: string;
}

const CONFLICT = /^conflict with "((?:[^"\\]|\\.)*)"(?: with subresource "([^"]*)")?/;

/** Who owns what, from the causes of a refused server-side apply. */
export function conflictsOf(
  causes: readonly { reason: string; field: string; message: string }[],
): FieldConflict[] {
  return causes.flatMap(({ reason, field, message }) => {
    const [, manager, subresource] = CONFLICT.exec(message) ?? [];
    if (reason !== 'FieldManagerConflict' || manager === undefined) return [];
    return [{ manager, ...(subresource === undefined ? {} : { subresource }), field }];
  });
}

/** Managers behind which there are hands, not a controller: what they set in an object of ours is drift. */
export function isByHand(manager: string): boolean {
  return /^kubectl(?:-|$)/.test(manager) || /^(?:k9s|lens|headlamp|node-fetch)$/i.test(manager);
}

/** An object of that name that others have made: what the tree says of it is not said of theirs. */
export function strangerProblem(subject: string, managers: readonly string[]): Problem {
  return {
    message: sanitize(`${subject} is there already, and was made by ${managers.join(', ')}`),
    remedy: sanitize(
      `Give one of the two another name, or take it over, which removes what the tree does not have (--dry-run shows it): --take-over ${managers[0]}`,
    ),
  };
}

/** `terraform owns .data.x, .data.y`, one for each manager. */
export function ownerTexts(conflicts: readonly FieldConflict[]): string[] {
  const managers = [...new Set(conflicts.map(({ manager }) => manager))];
  return managers.map((manager) => {
    const fields = conflicts.filter((each) => each.manager === manager).map(({ field }) => field);
    const some = fields.slice(0, 5).join(', ') + (fields.length > 5 ? ` and ${fields.length - 5} more` : '');
    return `${manager} owns ${some}`;
  });
}

export function conflictProblem(subject: string, conflicts: readonly FieldConflict[]): Problem {
  const managers = [...new Set(conflicts.map(({ manager }) => manager))];
  const owners = ownerTexts(conflicts);
  return {
    message: sanitize(`${subject} is not ours alone: ${owners.join('; ')}`),
    remedy: sanitize(
      `Take these fields out of the tree, or take over all that was set in it by them, which removes what the tree does not have (--dry-run shows it): ${managers.map((manager) => `--take-over ${manager}`).join(' ')}`,
    ),
  };
}
