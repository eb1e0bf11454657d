import { bytes, COMMENT_LIMIT, fitting } from '../../markdown/budget.ts';
import { code, cut, fence, prose } from '../../markdown/escape.ts';
import { sanitize } from '../../sanitize.ts';
import { link } from './link.ts';

/** A release as the request speaks of it. */
export interface ReleaseWords {
  /** Its number in the cluster's memory; undefined for one that was never recorded. */
  number?: number | undefined;
  /** Full commit; empty when it came from none. */
  revision: string;
  /** Of the rendered bytes. */
  digest: string;
  images: readonly string[];
}

export interface RollbackWords {
  environment: string;
  /** Branch that the request is for. */
  base: string;
  failed: ReleaseWords;
  /** What runs now. */
  good: ReleaseWords;
  /**
   * Why the failed release was given up: the first lines of it. No output of the app: nobody masks what is sent to GitHub.
   */
  reason: readonly string[];
  /** Why some of the good release could not be put back, in the same way; empty when all of it runs. */
  missing?: readonly string[] | undefined;
  /** Page of the run. */
  runUrl: string;
  /** What the failed release changed besides the files that are brought back, such as `lunchbox.yaml`. */
  alsoChanged?: readonly string[] | undefined;
}

export interface RollbackText {
  title: string;
  body: string;
  /** Message of the commit; ends with a line that says whose commit it is. */
  message: string;
}

const LINES = 20;
const ITEMS = 10;

/** How the request of an environment is found again: the first line of its body. */
export function rollbackMark(environment: string): string {
  return `<!-- lunchbox:rollback:${environment} -->`;
}

/** Stands in every commit of the rollback branch, so that nobody else's is overwritten. */
export function rollbackTrailer(environment: string): string {
  return `Lunchbox-Rollback: ${environment}`;
}

/** The pull request that brings git back to what runs. Everything that came from elsewhere stands in it as text only. */
export function rollbackRequest(words: RollbackWords): RollbackText {
  const { environment, base, failed, good, reason, missing = [], runUrl, alsoChanged = [] } = words;
  const whole = missing.length === 0;
  const folder = code(`clusters/${environment}`);
  const title = `Roll ${environment} back to ${nameOf(good)}`;
  const also = some(alsoChanged.map((path) => `- ${code(path)}`));
  const body = [
    rollbackMark(environment),
    whole
      ? `### ${prose(environment)} runs ${prose(nameOf(good))} again`
      : `### ${prose(environment)} runs ${prose(nameOf(good))} again, but for a part of it`,
    '',
    `${prose(capital(nameOf(failed)))} could not be delivered, so the one before it was put back into the cluster, ` +
      `and ${code(base)} still names the one that failed. [The run](${link(runUrl)}) tells everything.`,
    '',
    ...(reason.length === 0 ? [] : [excerpt(reason), '']),
    ...(whole ? [] : ['What could not be put back:', '', excerpt(missing), '']),
    '| | release | commit | rendered bytes | images |',
    '| --- | --- | --- | --- | --- |',
    row('failed', failed),
    row(whole ? '**runs now**' : '**runs in part**', good),
    '',
    `**Merging** makes ${folder} on ${code(base)} say what ${whole ? 'runs. The cluster is there already: nothing restarts.' : 'shall run. Mend what is said above: the next delivery puts back what is missing.'}`,
    '',
    `**Merging does not mend the source.** The next push to ${code(base)} builds from it, and brings the failed release ` +
      `again unless it is mended or reverted before that${failed.revision === '' ? '' : ` (${code(short(failed.revision))})`}.`,
    ...(also.length === 0
      ? []
      : [
          '',
          'The failed release changed this as well, and it is not taken back here. Where rendered files follow from it, ' +
            'revert it on this branch too, or `lunchbox render --check` will not pass:',
          '',
          ...also,
        ]),
    '',
    '<sub>GitHub starts no checks for a pull request that a workflow opens: close it and open it again to start them.</sub>',
    '',
  ].join('\n');
  const message = [
    title,
    '',
    `${capital(nameOf(failed))} could not be delivered. Run: ${sanitize(runUrl)}`,
    '',
    rollbackTrailer(environment),
    '',
  ].join('\n');
  if (bytes(body) > COMMENT_LIMIT) throw new Error('a request beyond the limit');
  return { title, body, message };
}

/** Said when the request has become pointless, because another release was delivered. */
export function rollbackOvertaken(environment: string, release: ReleaseWords, runUrl: string): string {
  return `${prose(environment)} runs ${prose(nameOf(release))} now ([run](${link(runUrl)})): there is nothing to go back to any more.\n`;
}

function nameOf({ number, revision }: ReleaseWords): string {
  if (number !== undefined) return `release ${number}`;
  return revision === '' ? 'the release' : `the release of ${sanitize(short(revision))}`;
}

function row(label: string, { number, revision, digest, images }: ReleaseWords): string {
  const cells = [
    label,
    number === undefined ? '' : String(number),
    revision === '' ? '' : code(short(revision)),
    code(digest, 80),
    some(images.map((image) => code(image, 300))).join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function excerpt(lines: readonly string[]): string {
  const shown = lines.slice(0, LINES).map((line) => cut(line, 500));
  const { taken } = fitting(shown, 8_000);
  const rest = lines.length - taken.length;
  return fence([...taken, ...(rest > 0 ? [`… ${rest} more lines in the run`] : [])].join('\n'), 'text');
}

function some(items: readonly string[]): string[] {
  const rest = items.length - ITEMS;
  return [...items.slice(0, ITEMS), ...(rest > 0 ? [`… and ${rest} more`] : [])];
}

function short(revision: string): string {
  return cut(revision, 13).replace('…', '');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
