import { UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import type { Answers } from '../generator/init/answers.ts';
import { repositoryFiles } from '../generator/init/repository-files.ts';
import { isGenerated } from '../generator/tree/header.ts';
import { overlayFiles } from './overlay-files.ts';
import { type PreviewOutcome, preview } from './preview.ts';
import type { ValidatePorts } from './validate.ts';

export interface InitPlan {
  /** Path -> text of everything that is to be written. */
  write: ReadonlyMap<string, string>;
  /** Files that were generated for something else. */
  remove: string[];
  /** Files that are there with another text, and would be replaced. */
  replaced: string[];
  /** Files that are there just so. */
  same: string[];
  /** What its own checks say of the new repository. */
  preview: PreviewOutcome;
}

/**
 * Plans a new repository: its files, and what is rendered from them, validated. Writes nothing.
 * @param files The folder that it is to be made in, as it is now.
 * @throws UserError when an answer is not one that a lunchbox.yaml may hold
 */
export async function planInit(
  answers: Answers,
  specSchema: string,
  files: Files,
  ports: ValidatePorts,
): Promise<InitPlan> {
  const own = repositoryFiles(answers, specSchema);
  const repository = { files: overlayFiles(files, own), specFile: 'lunchbox.yaml' };
  const outcome = await preview({ environments: [] }, repository, ports);
  const errors = outcome.environments
    .flatMap(({ report }) => report.findings)
    .filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new UserError(
      errors.map(({ message, fix, place }) => ({
        message: `the new repository would not pass its own checks: ${message}`,
        place,
        remedy: fix,
      })),
    );
  }
  const wanted = new Map(own);
  for (const { files: rendered, machine } of outcome.environments) {
    for (const { path, text } of [...rendered, ...machine]) wanted.set(path, text);
  }
  const write = new Map([...wanted].filter(([path, text]) => files.read(path) !== text));
  const replaced = [...write.keys()].filter((path) => {
    const there = files.read(path);
    return there !== undefined && !isGenerated(there);
  });
  const remove = outcome.environments.flatMap(({ plan }) => plan.removed);
  return {
    write,
    remove,
    replaced,
    same: [...wanted.keys()].filter((path) => !write.has(path)),
    preview: outcome,
  };
}
