import { isMapping } from '../../fields.ts';
import type { Json, JsonObject } from '../../manifest.ts';

const RELEASE_TEXTS = ['revision', 'digest', 'at', 'by', 'message'];
const PENDING_TEXTS = ['revision', 'digest', 'since'];

/** What keeps a value from being a state, in words that name the field; undefined when nothing does. */
export function stateProblem(state: JsonObject): string | undefined {
  const { current, pending, releases } = state;
  if (!Array.isArray(releases)) return '`releases` is no list';
  let last = 0;
  for (const [index, release] of releases.entries()) {
    const name = `releases[${index}]`;
    const problem = releaseProblem(name, release);
    if (problem !== undefined) return problem;
    const { number } = release as { number: number };
    if (number <= last) return `\`${name}.number\` is not above the one before it`;
    last = number;
  }
  if (pending !== undefined) {
    const problem = pendingProblem(pending);
    if (problem !== undefined) return problem;
  }
  if (current === undefined) return undefined;
  if (!isNumber(current)) return noNumber('current');
  const known = releases.some((release) => isMapping(release) && release.number === current);
  return known ? undefined : `\`current\` is ${current}, which is not among \`releases\``;
}

function releaseProblem(name: string, release: Json): string | undefined {
  if (!isMapping(release)) return `\`${name}\` is no mapping`;
  if (!isNumber(release.number)) return noNumber(`${name}.number`);
  const text = RELEASE_TEXTS.find((key) => typeof release[key] !== 'string');
  if (text !== undefined) return `\`${name}.${text}\` is no text`;
  if (release.result !== 'delivered' && release.result !== 'failed')
    return `\`${name}.result\` is neither \`delivered\` nor \`failed\``;
  if (release.restores !== undefined && !isNumber(release.restores)) return noNumber(`${name}.restores`);
  const { images } = release;
  if (!Array.isArray(images) || !images.every((image) => typeof image === 'string'))
    return `\`${name}.images\` is no list of texts`;
  return undefined;
}

function pendingProblem(pending: Json): string | undefined {
  if (!isMapping(pending)) return '`pending` is no mapping';
  const text = PENDING_TEXTS.find((key) => typeof pending[key] !== 'string');
  if (text !== undefined) return `\`pending.${text}\` is no text`;
  // Earlier versions did not write it.
  return pending.number === undefined || isNumber(pending.number) ? undefined : noNumber('pending.number');
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function noNumber(name: string): string {
  return `\`${name}\` is no whole number above 0`;
}
