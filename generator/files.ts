/** What a tree wants done on disk. Paths go from the repository's root, with `/`. */
export interface FileChanges {
  /** Files to create or replace: path -> whole text. */
  write: ReadonlyMap<string, string>;
  /** Files to delete. */
  remove: readonly string[];
}

/**
 * The generator's only door to a disk. Synchronous: tens of thousands of small files are several times faster so.
 * Errors are `UserError`s that name the path and the remedy (missing rights, no space, a folder where a file should be).
 */
export interface Files {
  /** The text of a file, or undefined when there is none. */
  read(path: string): string | undefined;
  /** Every file below a folder, sorted, paths from the root; empty when there is no such folder. */
  list(folder: string): string[];
  /** All or nothing: every file is staged beside its target before the first one is put in place. */
  apply(changes: FileChanges): void;
}
