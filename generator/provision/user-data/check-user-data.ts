import { Buffer } from 'node:buffer';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { type Problem, UserError } from '../../errors.ts';
import { nearest } from '../../suggest.ts';
import { credentialIn } from '../../validate/credentials.ts';
import { USER_DATA_LIMIT } from './user-data.ts';

/** What rendering writes. cloud-init itself takes any other key at the top without a word. */
const KEYS = [
  'package_update',
  'package_upgrade',
  'ssh_pwauth',
  'disable_root',
  'ssh_authorized_keys',
  'write_files',
  'runcmd',
];

/** What is a credential on this kind of machine, beside what is one everywhere. */
const CREDENTIALS: readonly (readonly [form: RegExp, name: string])[] = [
  [/AGE-SECRET-KEY-1/, 'a key of age'],
  [/\bK10[0-9a-f]{16,}::/, 'a token of k3s'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'an access key'],
];

/**
 * Looks at user-data before it is sent: only what rendering writes, nothing secret, not too large.
 * @throws UserError with every problem and its place
 */
export function checkUserData(file: string, text: string): void {
  const problems: Problem[] = [];
  const again = 'Run `lunchbox render`: it is written from lunchbox.yaml.';
  const at = (line: number, column: number) => ({
    file,
    line: Math.max(1, line),
    column: Math.max(1, column),
  });
  if (!text.startsWith('#cloud-config\n'))
    problems.push({
      place: at(1, 1),
      message: 'the first line is not `#cloud-config`: the droplet would not know what this is',
      remedy: again,
    });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    problems.push({ place: at(line, col), message: `not valid YAML: ${broken.message}`, remedy: again });
  } else if (!isMap(document.contents))
    problems.push({ place: at(1, 1), message: 'this is no mapping', remedy: again });
  else
    for (const { key } of document.contents.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (KEYS.includes(name)) continue;
      const { line, col } = lines.linePos((isScalar(key) ? key.range?.[0] : undefined) ?? 0);
      const guess = nearest(name, KEYS);
      problems.push({
        place: at(line, col),
        message: `unknown key \`${name}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
        remedy: again,
      });
    }
  for (const [index, line] of text.split('\n').entries()) {
    const what = credentialIn(line) ?? CREDENTIALS.find(([form]) => form.test(line))?.[1];
    if (what === undefined) continue;
    problems.push({
      place: at(index + 1, 1),
      message: `${what} stands in user-data, which everything on the droplet can read for as long as it lives`,
      remedy: 'Replace that secret, and keep it out of lunchbox.yaml.',
    });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > USER_DATA_LIMIT)
    problems.push({
      place: at(1, 1),
      message: `has ${bytes} bytes; a droplet takes ${USER_DATA_LIMIT}`,
      remedy: again,
    });
  if (problems.length > 0) throw new UserError(problems);
}
