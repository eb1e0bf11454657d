import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { type Problem, UserError } from '../errors.ts';
import { scalar } from '../render/yaml/scalar.ts';
import type { Image } from '../spec/image.ts';

/** `clusters/<env>/release.yaml`: which images the tree runs, and which source they were built from. */
export interface Release {
  /** Commit of the app's source; empty when unknown. */
  revision: string;
  /** Image repository -> `sha256:…`. */
  images: ReadonlyMap<string, string>;
}

export const releasePath = (environment: string) => `clusters/${environment}/release.yaml`;

/** The tag rendered when there is neither a release nor a tag that the spec allows. No registry has it. */
export const UNRELEASED = 'unreleased';

const EMPTY: Release = { revision: '', images: new Map() };
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads a release file; undefined text (no file) is an empty release.
 * @throws UserError with `file:line:column` of whatever is not a release.
 */
export function parseRelease(file: string, text: string | undefined): Release {
  if (text === undefined) return EMPTY;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = [];
  const problem = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    problems.push({
      message,
      place: { file, line, column: col },
      remedy: 'Write it with `lunchbox release <env> <image>`.',
    });
  };
  for (const error of document.errors)
    problem(error.pos[0], error.message.split('\n', 1)[0] ?? 'not valid YAML');
  const images = new Map<string, string>();
  let revision = '';
  const root = document.contents;
  if (problems.length === 0 && !isMap(root)) problem(0, 'a release is a mapping of `revision` and `images`');
  for (const pair of isMap(root) ? root.items : []) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const at = (isScalar(pair.key) ? pair.key.range?.[0] : 0) ?? 0;
    if (key === 'revision')
      revision = isScalar(pair.value) ? String(pair.value.source ?? pair.value.value ?? '') : '';
    else if (key !== 'images')
      problem(at, `unknown key \`${key}\`; a release has \`revision\` and \`images\``);
    else if (!isMap(pair.value)) problem(at, '`images` is a mapping of repository to digest');
    else {
      for (const image of pair.value.items) {
        const digest = isScalar(image.value) ? String(image.value.value) : '';
        const place = (isScalar(image.key) ? image.key.range?.[0] : at) ?? at;
        if (DIGEST.test(digest)) images.set(isScalar(image.key) ? String(image.key.value) : '', digest);
        else problem(place, 'a digest is `sha256:` and 64 hexadecimal digits');
      }
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return { revision, images };
}

/** The text of a release file; images sorted, so that the same release is the same bytes. */
export function formatRelease(release: Release): string {
  const images = [...release.images].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    '# What this environment runs. Written by the pipeline, or by `lunchbox release`.',
    `revision: ${scalar(release.revision)}`,
    images.length > 0 ? 'images:' : 'images: {}',
    ...images.map(([repository, digest]) => `  ${scalar(repository)}: ${scalar(digest)}`),
    '',
  ].join('\n');
}

/**
 * The reference that pods run. The spec's own digest wins, then the release's, then a tag that the spec allows;
 * without any of them the tag is one that cannot be pulled, and `image-mutable` reports it as an error.
 */
export function imageReference(image: Image, release: Release): string {
  const digest = image.digest ?? release.images.get(image.repository);
  const tag = image.tag === undefined ? '' : `:${image.tag}`;
  if (digest !== undefined) return `${image.repository}${image.digest === undefined ? '' : tag}@${digest}`;
  return `${image.repository}${tag === '' ? `:${UNRELEASED}` : tag}`;
}
