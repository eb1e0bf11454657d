import type { OwnRelease } from '../../adapters/own-release.ts';
import { UserError } from '../../generator/errors.ts';
import type { Answers } from '../../generator/init/answers.ts';

const REFERENCE = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})(?:\s*#\s*(v[\w.-]+))?$/;

/** Where the workflows of a new repository take Lunchbox' actions from: what is named, else the release that runs. */
export function actionSource(named: string | undefined, release: OwnRelease | undefined): Answers['actions'] {
  if (named === undefined) {
    if (release) return { kind: 'release', ...release };
    throw new UserError({
      message: 'it is not known which release of Lunchbox this is',
      remedy:
        "Name where its actions come from: --actions OWNER/REPO@COMMIT, with the commit of a release's tag.",
    });
  }
  const [, repository, commit, version] = REFERENCE.exec(named) ?? [];
  if (repository === undefined || commit === undefined) {
    throw new UserError({
      message: `--actions ${named} names no commit`,
      remedy:
        'Write OWNER/REPO@ and the full commit, 40 hexadecimal digits: a tag can be moved, a commit cannot.',
    });
  }
  return { kind: 'release', repository, commit, version: version ?? release?.version ?? 'pinned' };
}
