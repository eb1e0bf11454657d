import type { CommitFiles } from './commits.ts';

export interface PullRequest {
  number: number;
  title: string;
  body: string;
  url: string;
}

/** The pull requests of a repository. @throws UserError when GitHub refuses */
export interface PullRequests {
  /** The open one from a branch of this repository. */
  findOpen(branch: string, base: string): Promise<PullRequest | undefined>;
  create(request: { branch: string; base: string; title: string; body: string }): Promise<PullRequest>;
  update(number: number, change: { title?: string; body?: string; open?: boolean }): Promise<PullRequest>;
  comment(number: number, body: string): Promise<void>;
}

export interface BranchTip {
  /** Full commit. */
  commit: string;
  message: string;
}

/** Branches as GitHub has them, written without a clone. @throws UserError when GitHub refuses */
export interface Branches {
  tip(branch: string): Promise<BranchTip | undefined>;
  /**
   * What has to be written so that a commit holds these files; empty when it does.
   * @param folder Other files below it are removed.
   */
  differences(commit: string, files: CommitFiles, folder: string): Promise<CommitFiles>;
  /** Makes a commit on top of a parent. @returns the full commit */
  commit(parent: string, files: CommitFiles, message: string): Promise<string>;
  /** Makes the branch point at a commit, whatever it pointed at. */
  point(branch: string, commit: string): Promise<void>;
}
