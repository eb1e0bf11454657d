import { UserError } from '../../generator/errors.ts';
import { redactor } from '../../generator/redact.ts';
import { FAILURES, type Failure } from './known-failures.ts';
import { printable } from './printable.ts';

/** Lines of the build's output that an error repeats. */
const LAST = 20;

/** The builder's word for a step of the Dockerfile that failed, rather than the builder or a registry. */
const STEP_FAILED =
  /did not complete successfully: exit code|returned a non-zero code|dockerfile parse error|failed to compute cache key|failed to calculate checksum|^(?:COPY|ADD) failed/im;

export interface Attempt {
  /** As in "could not …". */
  doing: string;
  /** The image it was about. */
  repository?: string;
}

/**
 * Makes an error that says what went wrong and what to do about it, from what a failed program has printed.
 * Only the last words are judged: a step of the Dockerfile may print anything before.
 */
export function explainFailure(
  output: readonly string[],
  attempt: Attempt,
  { env }: { env: Readonly<Record<string, string | undefined>> },
): UserError {
  const redact = redactor(env);
  const lines = output.map((line) => redact(printable(line)).trimEnd()).filter((line) => line !== '');
  const words = lastWords(lines);
  const step = failedStep(lines);
  const stepFailed = STEP_FAILED.test(words);
  const known = FAILURES.find(({ form, anywhere }) =>
    anywhere ? form.test(lines.slice(-LAST).join('\n')) : !stepFailed && form.test(words),
  );
  if (known) return new UserError(describe(known, words, attempt));
  const head = `could not ${attempt.doing}${step === undefined ? '' : `: failed at \`${step}\``}`;
  return new UserError({
    message: [head, ...lines.slice(-LAST).map((line) => `  | ${line}`)].join('\n'),
    remedy: 'Mend what the last lines name, and run it again.',
  });
}

function describe({ form, message, remedy }: Failure, words: string, { repository, doing }: Attempt) {
  const said = words.split('\n').find((line) => form.test(line)) ?? words.split('\n')[0] ?? '';
  const registry = registryOf(repository ?? '');
  // A step may have asked another one, for a base image.
  const host = /\bhttps?:\/\/([^/"\s]+)/.exec(said)?.[1] ?? /\blookup (\S+)/.exec(said)?.[1] ?? registry;
  const values = { repository: repository ?? 'the image', registry, host, doing };
  const fill = (text: string) =>
    text.replace(/\{(repository|registry|host|doing)\}/g, (_, name: keyof typeof values) => values[name]);
  return { message: `${fill(message)}\n  | ${said.trim().slice(0, 500)}`, remedy: fill(remedy) };
}

/** From the last line that says it is an error; the last three lines when none does. */
function lastWords(lines: readonly string[]): string {
  const at = lines.findLastIndex((line) =>
    /^(?:ERROR|error|Error response from daemon|Error)\b:?/.test(line),
  );
  return lines.slice(at < 0 ? -3 : at).join('\n');
}

/** BuildKit repeats the step as ` > [2/3] RUN …:`; the first builder numbers them as it goes. */
function failedStep(lines: readonly string[]): string | undefined {
  const buildkit = lines.findLast((line) => /^ > .+:$/.test(line));
  if (buildkit !== undefined) return buildkit.slice(3, -1);
  const classic = lines.findLast((line) => /^Step [0-9]+\/[0-9]+ : /.test(line));
  return classic?.replace(/^Step ([0-9]+\/[0-9]+) : /, '[$1] ');
}

/** `ghcr.io` of `ghcr.io/acme/shop`; names without a host belong to Docker Hub. */
export function registryOf(repository: string): string {
  const [first = ''] = repository.split('/', 1);
  const host = repository.includes('/') && /[.:]|^localhost$/.test(first);
  return host ? first : 'docker.io';
}
