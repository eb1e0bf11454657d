import { bytes, COMMENT_LIMIT, fitting } from '../../markdown/budget.ts';
import { code, prose } from '../../markdown/escape.ts';
import { groupBy } from '../group-by.ts';
import type { Review } from '../review.ts';
import { formatGroups, type Level } from './groups.ts';
import { count, headline, objectOf, riskNames, tally } from './words.ts';

/** By what a comment is found again; the first line of every one. */
export const COMMENT_MARK = '<!-- lunchbox:review -->';

export interface CommentOptions {
  /** Bytes; the result is never longer. */
  limit?: number;
  /** Where the whole report is to be found, when there is such a place. */
  reportUrl?: string | undefined;
}

/** Shares of the room that is left: what is dangerous first, then what is wrong, then what changes. */
const RISKS_SHARE = 0.6;
const FINDINGS_SHARE = 0.25;
const MAX_NOTICES = 10;
/** Bytes. */
const NOTICES_ROOM = 8000;
const MAX_ROWS = 30;
/** Characters of an environment's name. */
const NAME = 60;

/** The review as Markdown for a pull request or a job summary: ranked by risk, cut by rank, never over the limit. */
export function formatComment(
  review: Review,
  { limit = COMMENT_LIMIT, reportUrl }: CommentOptions = {},
): { body: string; level: Level } {
  const head = [
    COMMENT_MARK,
    `### Lunchbox: ${prose(headline(review))}`,
    '',
    ...notices(review),
    ...table(review),
  ].join('\n');
  const foot = footer(review, reportUrl);
  let room = limit - bytes(head) - bytes(foot) - 300;
  const risks = formatRisks(review, room * RISKS_SHARE);
  room -= bytes(risks);
  const findings = formatFindings(review, room * FINDINGS_SHARE);
  room -= bytes(findings);
  const groups = formatGroups(review.groups, room);
  const body = [head, risks, findings, groups.text, cutNote(groups.level, reportUrl), foot]
    .filter((part) => part !== '')
    .join('\n\n');
  // Every part above is bounded; should that ever be wrong, a reader still learns that there is more.
  if (bytes(body) >= limit)
    return { body: `${head.slice(0, 300)}\n\n${cutNote('counts', reportUrl)}\n`, level: 'counts' };
  return { body: `${body}\n`, level: groups.level };
}

function notices({ notices }: Review): string[] {
  if (notices.length === 0) return [];
  const all = notices.map(({ message, remedy }) => `> ${prose(message)}${remedy ? ` ${prose(remedy)}` : ''}`);
  const lines = fitting(all.slice(0, MAX_NOTICES), NOTICES_ROOM).taken;
  const more = all.length > lines.length ? [`> and ${all.length - lines.length} more`] : [];
  return ['> [!WARNING]', ...[...lines, ...more].flatMap((line) => [line, '>']).slice(0, -1), ''];
}

function table({ environments }: Review): string[] {
  if (environments.length === 0) return [];
  const rows = environments.slice(0, MAX_ROWS).map((environment) => {
    const { added, changed, removed, renamed } = tally(environment);
    const state = environment.before ? (environment.after ? '' : ' (removed)') : ' (new)';
    const also = renamed > 0 ? ` (${renamed} renamed)` : '';
    const [first, ...rest] = riskNames(environment.risks);
    const risks = first === undefined ? 'none' : [`**${first}**`, ...rest].join(', ');
    return `| ${code(environment.name, NAME)}${state} | ${added} | ${changed}${also} | ${removed} | ${risks} |`;
  });
  const more =
    environments.length > MAX_ROWS ? [`| and ${environments.length - MAX_ROWS} more | | | | |`] : [];
  return ['| environment | added | changed | removed | risk |', '|---|--:|--:|--:|---|', ...rows, ...more];
}

function formatRisks({ environments }: Review, room: number): string {
  const all = environments.flatMap(({ risks }) => risks);
  // The gravest of every environment before the less grave of the first.
  const ranked = riskNames(all).flatMap((name) => all.filter(({ risk }) => risk === name));
  const lines = ranked.map(
    ({ risk, environment, object, place, message }) =>
      `- **${risk}** ${code(environment)} ${code(objectOf(object))}: ${prose(message)} (${code(`${shortFile(place.file)}:${place.line}`)})`,
  );
  const { taken } = fitting(lines, room - 400);
  if (taken.length === lines.length) return taken.join('\n');
  const rest = [...groupBy(ranked.slice(taken.length), ({ risk }) => risk)].map(
    ([risk, list]) => `**${risk}** ${list.length}`,
  );
  return [
    ...taken,
    `- and ${ranked.length - taken.length} more, only in the full report: ${rest.join(', ')}`,
  ].join('\n');
}

function shortFile(file: string): string {
  return file.split('/').at(-1) ?? file;
}

function formatFindings({ environments }: Review, room: number): string {
  const findings = environments.flatMap(({ findings = [] }) => findings);
  if (findings.length === 0) return '';
  const number = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const title = `**Validation**: ${count(number('error'), 'error')}, ${count(number('warning'), 'warning')}`;
  const lines = findings.map(
    ({ severity, rule, place, message }) =>
      `- ${severity} **${prose(rule)}** ${code(`${place.file}:${place.line}`)}: ${prose(message)}`,
  );
  const { taken } = fitting(lines, room - 200);
  const more = lines.length - taken.length;
  return [title, '', ...taken, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function cutNote(level: Level, reportUrl: string | undefined): string {
  if (level === 'full') return '';
  const where = reportUrl === undefined ? 'the full report' : `[the full report](${reportUrl})`;
  return `Not every diff fits here: ${where} holds all of them.`;
}

function footer({ base, head, environments }: Review, reportUrl: string | undefined): string {
  const revision = ({ name, commit }: Review['base']) =>
    commit?.startsWith(name)
      ? code(commit.slice(0, 12))
      : `${code(name, 80)}${commit ? ` at ${code(commit.slice(0, 12))}` : ''}`;
  const digests = environments
    .slice(0, 10)
    .map(({ name, after }) => `${code(name, NAME)} ${after ? code(after.digest) : 'removed'}`);
  const report = reportUrl === undefined ? '' : ` · [full report](${reportUrl})`;
  return `<sub>${revision(base)} → ${revision(head)}${report}<br>rendered bytes: ${digests.join(', ') || 'none'}</sub>`;
}
