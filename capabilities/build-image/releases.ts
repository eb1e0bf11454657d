import type { Files } from '../../generator/files.ts';
import { formatRelease, parseRelease, releasePath } from '../../generator/release/release.ts';
import type { ResolvedEnvironment } from '../../generator/spec/read-spec.ts';
import type { BuildImageOutcome, ImageOutcome } from './contract.ts';

/** Records what the environments run from now on: all of their files, or none. Other images in them stay as they are. */
export function writeReleases(
  environments: readonly ResolvedEnvironment[],
  images: readonly ImageOutcome[],
  files: Files,
): BuildImageOutcome['releases'] {
  const write = new Map<string, string>();
  const releases = environments.flatMap(({ environment }) => {
    const built = images.filter((image) => image.environments.includes(environment.name));
    if (built.length === 0) return [];
    const path = releasePath(environment.name);
    const before = files.read(path);
    const old = parseRelease(path, before);
    const own = built.find(({ repository }) => repository === environment.image.repository) ?? built[0];
    const digests = built.flatMap(({ repository, digest }) =>
      digest === undefined ? [] : [[repository, digest] as const],
    );
    const text = formatRelease({
      revision: own?.revision ?? old.revision,
      images: new Map([...old.images, ...digests]),
    });
    if (text !== before) write.set(path, text);
    return [{ environment: environment.name, path, changed: text !== before }];
  });
  if (write.size > 0) files.apply({ write, remove: [] });
  return releases;
}
