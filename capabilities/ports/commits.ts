/** Files to put into a commit: path from the repository's root -> text; null removes it. */
export type CommitFiles = ReadonlyMap<string, string | null>;

export interface Author {
  name: string;
  email: string;
}

export interface Tip {
  commit: string;
  /** Paths that differ between the commit that this run started from and this one. */
  changed: string[];
}

/** Commits on a branch of the remote, without touching the work tree. */
export interface Commits {
  /** Full commit that the work tree was checked out from. */
  head(): Promise<string>;
  /** Text of a file in a commit; undefined when there is none. */
  textAt(commit: string, path: string): Promise<string | undefined>;
  /** Paths of all files below a folder in a commit. */
  list(commit: string, folder: string): Promise<string[]>;
  /** Whether a commit is another one, or descends from it; undefined when this clone cannot tell. */
  contains(commit: string, older: string): Promise<boolean | undefined>;
  /** Makes a commit with these files on top of a parent. */
  make(parent: string, files: CommitFiles, message: string, author: Author): Promise<string>;
  /** Pushes, never with force. `moved`: somebody else was faster. @throws UserError when the remote refuses */
  push(commit: string, branch: string): Promise<'pushed' | 'moved'>;
  /** The branch as it is at the remote now; undefined when the remote has none of this name. */
  tip(branch: string, since: string): Promise<Tip | undefined>;
}
