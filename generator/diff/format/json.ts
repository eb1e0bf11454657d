import { printableJson } from '../../printable-json.ts';
import { type ObjectChange, subject } from '../change.ts';
import { maskedFields } from '../masked-fields.ts';
import { objectDiff } from '../object-diff.ts';
import type { EnvironmentReview, Review } from '../review.ts';
import { highestRisk, tally } from './words.ts';

/** The whole review as JSON, nothing left out; secrets masked. `version` changes when a reader would have to. */
export function formatReviewJson(review: Review): string {
  const { base, head, environments, groups, notices } = review;
  const data = {
    version: 1,
    base,
    head,
    highestRisk: highestRisk(environments.flatMap(({ risks }) => risks)) ?? null,
    environments: environments.map(environmentData),
    groups: groups.map(({ environments, changes: [change] }) => ({
      environments,
      ...(change && { kind: change.kind, object: subject(change).identity }),
    })),
    notices,
  };
  return `${printableJson(JSON.stringify(data, null, 2))}\n`;
}

function environmentData(environment: EnvironmentReview) {
  const { name, before, after, changes, risks, findings, otherFiles } = environment;
  return {
    name,
    digest: { before: before?.digest ?? null, after: after?.digest ?? null },
    objects: { before: before?.manifests.length ?? 0, after: after?.manifests.length ?? 0 },
    ...tally(environment),
    risks,
    findings,
    otherFiles,
    changes: changes.map(changeData),
  };
}

function changeData(change: ObjectChange) {
  return {
    kind: change.kind,
    object: subject(change).identity,
    was: change.kind === 'renamed' ? change.before.identity : undefined,
    file: subject(change).file,
    line: subject(change).line,
    fields: maskedFields(change).map(({ name, before, after }) => ({ name, before, after })),
    following: change.noise.map(({ name }) => name),
    diff: objectDiff(change),
  };
}
