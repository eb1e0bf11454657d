import { checksum } from '../../generator/render/model/checksum.ts';
import type { Dockerfile } from './dockerfile.ts';
import type { Build } from './selection.ts';
import type { Source } from './source.ts';

export const REVISION = 'org.opencontainers.image.revision';

/** The label that tells images of one revision apart: see `inputsOf`. */
export const INPUTS = 'dev.lunchbox.inputs';

/**
 * What an image is made from, as 32 hexadecimal digits. The revision alone does not say it: with a git context the
 * Dockerfile, the stage and the arguments lie in this repository, and change while that commit stays.
 * Platforms are left out (they can be seen in the registry), and so are base images, whose tags may move: `rebuild` gets those.
 */
export function inputsOf(source: Source, revision: string, dockerfile: Dockerfile, build: Build): string {
  return checksum({
    version: 1,
    source: source.kind === 'git' ? [source.url, source.subfolder] : ['', source.folder],
    revision,
    dockerfile: dockerfile.from === 'context' ? ['context', dockerfile.path] : ['text', dockerfile.text],
    target: build.target ?? null,
    args: Object.entries(build.args).sort(([a], [b]) => (a < b ? -1 : 1)),
  });
}
