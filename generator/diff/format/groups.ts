import { bytes, fitting } from '../../markdown/budget.ts';
import { code, cut, fence, htmlCode } from '../../markdown/escape.ts';
import { subject } from '../change.ts';
import { groupBy } from '../group-by.ts';
import { objectDiff } from '../object-diff.ts';
import type { ChangeGroup } from '../review.ts';
import { count, fieldTexts, onlyNoise, SIGNS, titleOf } from './words.ts';

/** How much of the changes is shown; each level holds less than the one before. */
export type Level = 'full' | 'short' | 'list' | 'counts';

/** Lines of a diff at the level `short`. */
const SHORT_LINES = 25;
/** Fields named in the line of one object. */
const FIELDS = 3;

/** The changes as Markdown of at most so many bytes: diffs first to what is riskiest, then shorter ones, then lines, then counts. */
export function formatGroups(groups: readonly ChangeGroup[], room: number): { text: string; level: Level } {
  const noisy = groups.filter(onlyNoise);
  const real = groups.filter((group) => !onlyNoise(group));
  const tail = noisy.length === 0 ? '' : noiseLine(noisy);
  const left = room - bytes(tail) - 400;
  const lines = real.map(listLine);
  const listed = fitting(lines, left);
  if (listed.taken.length < lines.length) {
    const { taken } = fitting(lines, left - 800);
    const rest = real.slice(taken.length);
    return {
      text: [...taken, restLine(rest), tail].filter(Boolean).join('\n'),
      level: taken.length > 0 ? 'list' : 'counts',
    };
  }
  let used = listed.used;
  let level: Level = 'full';
  const blocks = real.map((group, index) => {
    const line = lines[index] ?? '';
    for (const limit of [Number.POSITIVE_INFINITY, SHORT_LINES]) {
      // Not even made when it cannot fit: a diff may be megabytes long.
      const diff = diffOf(group, limit, left - used);
      if (diff === undefined) continue;
      const block = details(group, diff.text);
      const more = bytes(block) - bytes(line);
      if (used + more > left) continue;
      used += more;
      if (diff.cut) level = worse(level, 'short');
      return block;
    }
    level = worse(level, 'list');
    return line;
  });
  return { text: [...blocks, tail].filter(Boolean).join('\n'), level };
}

function worse(a: Level, b: Level): Level {
  const order: Level[] = ['full', 'short', 'list', 'counts'];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

function diffOf({ changes: [change] }: ChangeGroup, lines: number, room: number) {
  if (!change) return undefined;
  const whole = objectDiff(change).replace(/^--- .*\n\+\+\+ .*\n/, '');
  const all = whole.split('\n');
  if (all.length <= lines + 1) return whole.length > room ? undefined : { text: whole, cut: false };
  const text = `${all
    .slice(0, lines)
    .map((line) => cut(line, 300))
    .join('\n')}\n`;
  return { text: `${text}… ${all.length - lines} more lines in the full report\n`, cut: true };
}

/** One object, its diff folded away. The blank lines let GitHub read Markdown inside. */
function details(group: ChangeGroup, diff: string): string {
  const fields = fieldTexts(group);
  const what = fields.slice(0, FIELDS).map((field) => htmlCode(field, 90));
  const more = fields.length > FIELDS ? ` and ${fields.length - FIELDS} more` : '';
  const summary = `${heading(group, htmlCode)}${what.length > 0 ? ` · ${what.join(', ')}${more}` : ''}`;
  return `<details><summary>${summary}</summary>\n\n${fence(diff, 'diff')}\n\n</details>\n`;
}

function listLine(group: ChangeGroup): string {
  const fields = fieldTexts(group);
  const what = fields.slice(0, FIELDS).map((field) => code(field, 90));
  const more = fields.length > FIELDS ? ` and ${fields.length - FIELDS} more` : '';
  return `- ${heading(group, code)}${what.length > 0 ? `: ${what.join(', ')}${more}` : ''}`;
}

function heading(group: ChangeGroup, name: (text: string) => string): string {
  const { changes, environments } = group;
  const [change] = changes;
  if (!change) return '';
  const where = environments.slice(0, 5).map((environment) => name(environment));
  const more = environments.length > 5 ? ` and ${environments.length - 5} more` : '';
  return `${SIGNS[change.kind]} ${name(titleOf(change))} in ${where.join(', ')}${more}`;
}

function noiseLine(groups: readonly ChangeGroup[]): string {
  const names = groups.flatMap(({ changes }) =>
    changes.map((change) => `${titleOf(change)} (${change.environment})`),
  );
  const shown = names.slice(0, 10).map((name) => code(name, 80));
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return `\n${count(names.length, 'object')} differ${names.length === 1 ? 's' : ''} only in what follows from other changes, such as checksums; pods with a new checksum restart: ${shown.join(', ')}${more}`;
}

/** What did not fit, by kind. */
function restLine(groups: readonly ChangeGroup[]): string {
  const changes = groups.flatMap((group) => group.changes);
  const kinds = [...groupBy(changes, (change) => `${SIGNS[change.kind]} ${subject(change).identity.kind}`)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, list]) => `${code(kind, 60)} ${list.length}`);
  const shown = kinds.slice(0, 8).join(', ') + (kinds.length > 8 ? ', …' : '');
  return `\n**${count(changes.length, 'more change')}**, only in the full report: ${shown}`;
}
