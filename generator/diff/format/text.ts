import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import { objectDiff } from '../object-diff.ts';
import type { Review } from '../review.ts';
import { fieldTexts, headline, objectOf, onlyNoise, riskNames, SIGNS, tally, titleOf } from './words.ts';

/** The review for a terminal: what the comment says, with every diff. */
export function formatReviewText(review: Review, paint: Paint, { diffs = true } = {}): string {
  const { base, head, environments, notices } = review;
  const revision = ({ name, commit }: Review['base']) =>
    commit?.startsWith(name) ? commit.slice(0, 12) : `${name}${commit ? ` (${commit.slice(0, 12)})` : ''}`;
  const lines = [
    `${paint.bold('lunchbox review')} · ${sanitize(revision(base))} → ${sanitize(revision(head))} · ${sanitize(headline(review))}`,
    '',
    ...notices.flatMap(({ message, remedy }) => [
      `  ${paint.warn('note')}  ${inLines(message)}`,
      ...(remedy ? [`        ${paint.dim(sanitize(remedy))}`] : []),
    ]),
    ...(notices.length > 0 ? [''] : []),
    ...tableOf(environments, paint),
    '',
    ...riskLines(review, paint),
    ...findingLines(review, paint),
    ...changeLines(review, paint, diffs),
  ];
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function inLines(message: string): string {
  return message.split('\n').map(sanitize).join('\n        ');
}

function tableOf(environments: Review['environments'], paint: Paint): string[] {
  const width = Math.max(8, ...environments.map(({ name }) => sanitize(name).length));
  return environments.map((environment) => {
    const { added, changed, removed, renamed } = tally(environment);
    const risks = riskNames(environment.risks);
    const state = environment.before ? (environment.after ? '' : ' (removed)') : ' (new)';
    const numbers = `${added} added  ${changed} changed${renamed > 0 ? ` (${renamed} renamed)` : ''}  ${removed} removed`;
    const digest = environment.after ? paint.dim(`  ${environment.after.digest.slice(0, 19)}…`) : '';
    return `  ${paint.bold(sanitize(environment.name).padEnd(width))}${state}  ${numbers}   ${risks.length > 0 ? paint.bad(risks.join(', ')) : paint.dim('no known risk')}${digest}`;
  });
}

function riskLines({ environments }: Review, paint: Paint): string[] {
  const all = environments.flatMap(({ risks }) => risks);
  const lines = riskNames(all).flatMap((name) =>
    all
      .filter(({ risk }) => risk === name)
      .flatMap(({ environment, object, place, message }) => [
        `  ${paint.bad(name)}  ${sanitize(environment)} ${paint.bold(sanitize(objectOf(object)))}: ${sanitize(message)}`,
        `      ${paint.dim(`${sanitize(place.file)}:${place.line}`)}`,
      ]),
  );
  return lines.length > 0 ? [...lines, ''] : [];
}

function findingLines({ environments }: Review, paint: Paint): string[] {
  const lines = environments.flatMap(({ findings = [] }) =>
    findings.map(
      ({ severity, rule, place, message }) =>
        `  ${severity === 'error' ? paint.bad(severity) : paint.warn(severity)}  ${sanitize(rule)}  ${sanitize(place.file)}:${place.line}  ${sanitize(message)}`,
    ),
  );
  return lines.length > 0 ? [...lines, ''] : [];
}

function changeLines({ groups }: Review, paint: Paint, diffs: boolean): string[] {
  const real = groups.filter((group) => !onlyNoise(group));
  const noisy = groups.filter(onlyNoise).flatMap(({ changes }) => changes);
  const lines = real.flatMap((group) => {
    const [change] = group.changes;
    if (!change) return [];
    const title = `  ${SIGNS[change.kind]} ${paint.bold(sanitize(titleOf(change)))} in ${sanitize(group.environments.join(', '))}`;
    const fields = fieldTexts(group, 100).map((field) => `      ${sanitize(field)}`);
    return [title, ...(diffs ? [...diffLines(objectDiff(change), paint)] : fields), ''];
  });
  if (noisy.length === 0) return lines;
  const names = noisy.map((change) => sanitize(`${titleOf(change)} (${change.environment})`));
  return [
    ...lines,
    paint.dim(
      `  only what follows from other changes, such as checksums: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`,
    ),
  ];
}

function diffLines(diff: string, paint: Paint): string[] {
  return diff
    .split('\n')
    .slice(2, -1)
    .map((line) => {
      const text = `      ${sanitize(line)}`;
      if (line.startsWith('+')) return paint.good(text);
      if (line.startsWith('-')) return paint.bad(text);
      return line.startsWith('@@') ? paint.dim(text) : text;
    });
}
