import { type Problem, UserError } from '../../../generator/errors.ts';
import type { Files } from '../../../generator/files.ts';
import type { ArchiveFile } from '../../../generator/provision/machine/tar.ts';
import { hostPath } from '../../../generator/tree/paths.ts';

/** What the machine shall be is said by these. */
const REMEDIES: Readonly<Record<string, string>> = {
  'flake.nix': 'Restore it from git; `lunchbox init` writes the first one.',
  'flake.lock': 'Run `nix flake lock` once, which pins what flake.nix names, and commit it.',
};

/** What is missing of the flake that the machine is built from; to be known before one is made. */
export function flakeProblems(files: Files, environment: string): Problem[] {
  const needed = {
    ...REMEDIES,
    [hostPath(environment)]: `Run \`lunchbox render ${environment}\`, and commit it.`,
  };
  return Object.entries(needed)
    .filter(([path]) => files.read(path) === undefined)
    .map(([path, remedy]) => ({
      message: `${path} is not there: nothing says what the machine shall be`,
      remedy,
    }));
}

/** What the flake of the repository reads. @throws UserError when it is not whole */
export function flakeFiles(files: Files, environment: string): ArchiveFile[] {
  const problems = flakeProblems(files, environment);
  if (problems.length > 0) throw new UserError(problems);
  const hosts = files.list('clusters').filter((path) => /^clusters\/[^/]+\/host\.json$/.test(path));
  return ['flake.nix', 'flake.lock', ...files.list('nixos'), ...hosts].flatMap((path) => {
    const text = files.read(path);
    return text === undefined ? [] : [{ path, text }];
  });
}
