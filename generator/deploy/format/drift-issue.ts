import { bytes, COMMENT_LIMIT } from '../../markdown/budget.ts';
import { cut, fence, htmlCode, prose } from '../../markdown/escape.ts';
import { sanitize } from '../../sanitize.ts';
import { link } from './link.ts';

/** An object that is not as it was delivered. */
export interface DriftedObject {
  /** `Deployment shop/web`. */
  subject: string;
  /** One difference on each, masked: they are published as they are. */
  lines: readonly string[];
}

export interface DriftWords {
  environment: string;
  objects: readonly DriftedObject[];
  /** Page with all runs that looked for drift. */
  runsUrl: string;
}

const LINES = 40;
/** Characters of one difference. */
const LONGEST = 500;

/** How the issue of an environment is found again: the first line of its body. */
export function driftMark(environment: string): string {
  return `<!-- lunchbox:drift:${environment} -->`;
}

/** The issue about an environment that is not as it was delivered. The same differences give the same bytes. */
export function driftIssue({ environment, objects, runsUrl }: DriftWords): { title: string; body: string } {
  const count = objects.length;
  const title = `Drift in ${environment}: ${count} ${count === 1 ? 'object differs' : 'objects differ'} from what was delivered`;
  const sorted = [...objects].sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
  const head = [
    driftMark(environment),
    `### ${prose(environment)} is not as it was delivered`,
    '',
    `${count === 1 ? 'One object was' : `${count} objects were`} changed in the cluster, by hand or by a program, since the last delivery.`,
    '',
    '- **Take it back**: the next delivery does; to do it now, run the workflow `deploy`.',
    `- **Keep it**: write it into \`lunchbox.yaml\`, run \`lunchbox render ${sanitize(environment)}\`, and merge.`,
    '- **Live with it**: close this issue as not planned. It stays closed until something else differs.',
    '',
  ].join('\n');
  const foot = `\nThis text follows the cluster ([all runs](${link(runsUrl)})); the issue closes itself when nothing differs any more.\n`;
  let room = COMMENT_LIMIT - bytes(head) - bytes(foot) - 200;
  const sections: string[] = [];
  for (const object of sorted) {
    const text = section(object);
    if (bytes(text) + 1 > room) break;
    room -= bytes(text) + 1;
    sections.push(text);
  }
  const rest = count - sections.length;
  const more =
    rest > 0 ? `\n**${rest} more** in the summary of the run: there is no room for them here.\n` : '';
  return { title, body: [head, ...sections, more, foot].join('\n') };
}

/** Said when the issue is closed. */
export function driftOver(environment: string, runUrl: string): string {
  return `Nothing in ${prose(environment)} differs from what was delivered any more ([run](${link(runUrl)})).\n`;
}

function section({ subject, lines }: DriftedObject): string {
  const shown = lines.slice(0, LINES).map((line) => cut(line, LONGEST));
  const rest = lines.length - shown.length;
  const text = [...shown, ...(rest > 0 ? [`… ${rest} more`] : [])].join('\n');
  return `<details open><summary>${htmlCode(subject)}</summary>\n\n${fence(text, 'text')}\n\n</details>\n`;
}
