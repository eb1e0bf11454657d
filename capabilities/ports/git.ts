import type { Files } from '../../generator/files.ts';

/** What a review reads of a git repository. Nothing of the working tree or the index is touched. */
export interface Git {
  /** The full commit that a name stands for; undefined when there is none here. */
  commit(revision: string): Promise<string | undefined>;
  /** The best common ancestor; undefined when none is known here. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** Whether history was fetched only in part. */
  isShallow(): Promise<boolean>;
  /** Asks `origin` for these commits with that much more history. @returns what git said when it failed */
  fetch(commits: readonly string[], depth: number | 'all'): Promise<string | undefined>;
  /** The folder of the repository as it is in a commit; read-only. */
  filesAt(commit: string): Promise<Files>;
  /** Of the files of the folder, those that a commit of everything would hold: no links, submodules or ignored files. */
  committable(files: Files): Promise<Files>;
}
