import { posix } from 'node:path';
import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import type { Source } from './source.ts';

/**
 * Where the Dockerfile is. For a git context `--file` means a file of the context, so one of this repository is handed
 * over on standard input: that works with BuildKit and with the builder of old engines alike.
 */
export type Dockerfile =
  /** `path` from the repository's folder. */
  | { from: 'repository'; path: string; text: string }
  | { from: 'input'; path: string; text: string }
  /** Of the git context, `path` from its root. */
  | { from: 'context'; path: string };

/**
 * Looks for the Dockerfile in this repository, then in the context.
 * @throws UserError when a folder is built and neither has it; what a git context holds is known only by the builder.
 */
export function findDockerfile(source: Source, path: string, files: Files): Dockerfile {
  const text = files.read(path);
  if (source.kind === 'git')
    return text === undefined ? { from: 'context', path } : { from: 'input', path, text };
  if (text !== undefined) return { from: 'repository', path, text };
  const inside = posix.join(source.folder, path);
  const other = inside === path ? undefined : files.read(inside);
  if (other !== undefined) return { from: 'repository', path: inside, text: other };
  throw new UserError({
    message: `there is no Dockerfile at ${path}${inside === path ? '' : ` or ${inside}`}`,
    remedy: 'Write one, or say where it is with `dockerfile:` below `image.build` in the spec.',
  });
}
