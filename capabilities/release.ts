import { UserError } from '../generator/errors.ts';
import { formatRelease, parseRelease, releasePath } from '../generator/release/release.ts';
import { environmentNamed } from '../generator/spec/read-spec.ts';
import { nearest } from '../generator/suggest.ts';
import { loadSpec, type Repository } from './repository.ts';

export interface ReleaseInput {
  environment: string;
  /** `repository@sha256:…`, or `sha256:…` for the app's own image. */
  image: string;
  revision?: string | undefined;
}

export interface ReleaseOutcome {
  path: string;
  repository: string;
  digest: string;
  changed: boolean;
}

/** Records which image an environment runs; other images in the release stay as they are. */
export function release(input: ReleaseInput, repository: Repository): ReleaseOutcome {
  const { environment } = environmentNamed(loadSpec(repository), input.environment);
  const match = /^(?:([^@\s]+)@)?(sha256:[0-9a-f]{64})$/.exec(input.image);
  const digest = match?.[2];
  if (digest === undefined) {
    throw new UserError({
      message: `\`${input.image}\` is no image by digest`,
      remedy: 'Write repository@sha256:…; a tag can be moved, so it says nothing about what runs.',
    });
  }
  const known = [
    ...new Set([environment.image.repository, ...environment.workloads.map(({ image }) => image.repository)]),
  ];
  const name = match?.[1] ?? environment.image.repository;
  if (!known.includes(name)) {
    const guess = nearest(name, known);
    throw new UserError({
      message: `no workload of ${environment.name} runs an image from ${name}${guess ? `; did you mean ${guess}?` : ''}`,
      remedy: `Images there: ${known.join(', ')}.`,
    });
  }
  const path = releasePath(environment.name);
  const before = repository.files.read(path);
  const old = parseRelease(path, before);
  const text = formatRelease({
    revision: input.revision ?? '',
    images: new Map([...old.images, [name, digest]]),
  });
  if (text !== before) repository.files.apply({ write: new Map([[path, text]]), remove: [] });
  return { path, repository: name, digest, changed: text !== before };
}
