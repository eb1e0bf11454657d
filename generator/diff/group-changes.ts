import { createHash } from 'node:crypto';
import { type ObjectChange, subject } from './change.ts';
import { groupBy } from './group-by.ts';
import { objectDiff } from './object-diff.ts';
import type { ChangeGroup, EnvironmentReview } from './review.ts';
import { RISKS } from './risk.ts';

/** The same change of the same object in several environments is one group; groups with the gravest risks come first. */
export function groupChanges(environments: readonly EnvironmentReview[]): ChangeGroup[] {
  const rank = gravity(environments);
  const groups = [
    ...groupBy(
      environments.flatMap(({ changes }) => changes),
      signature,
    ).values(),
  ].map((changes): ChangeGroup => ({ environments: changes.map(({ environment }) => environment), changes }));
  const rankOf = ({ changes }: ChangeGroup) => Math.min(...changes.map(rank));
  return groups
    .map((group, index) => ({ group, index, rank: rankOf(group) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ group }) => group);
}

function signature(change: ObjectChange): string {
  const { kind } = change;
  const { identity } = subject(change);
  const was = change.before?.identity;
  const noise = change.noise.map(({ name }) => name);
  // Paths name the environment; the rest of the diff must be the same.
  const diff = objectDiff(change).replace(/^(?:---|\+\+\+) .*$/gm, '');
  // Sealed values differ between environments although they look alike when masked.
  const sealed = /<(?:sealed|hidden)/.test(diff) ? change.environment : '';
  return createHash('sha256')
    .update(JSON.stringify([kind, identity, was, noise, diff, sealed]))
    .digest('hex');
}

/** How grave the gravest risk of a change is; 0 is the gravest, RISKS.length none. */
function gravity(environments: readonly EnvironmentReview[]): (change: ObjectChange) => number {
  const ranks = new Map<string, number>();
  const key = (environment: string, file: string, kind: string, name: string) =>
    JSON.stringify([environment, file, kind, name]);
  for (const { risks } of environments) {
    for (const { environment, place, object, risk } of risks) {
      if (!object) continue;
      const id = key(environment, place.file, object.kind, object.name);
      ranks.set(id, Math.min(ranks.get(id) ?? RISKS.length, RISKS.indexOf(risk)));
    }
  }
  return (change) =>
    Math.min(
      ...[change.before, change.after].map((side) =>
        side
          ? (ranks.get(key(change.environment, side.file, side.identity.kind, side.identity.name)) ??
            RISKS.length)
          : RISKS.length,
      ),
    );
}
