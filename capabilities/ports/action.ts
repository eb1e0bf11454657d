import type { Problem } from '../../generator/errors.ts';
import type { Finding } from '../../generator/finding.ts';

/** What the code of an action gets to work with: the runner, in small pieces. */
export interface ActionContext {
  /** Text of an input; its default, or empty, when the workflow does not set it. */
  text(name: string): string;
  flag(name: string): boolean;
  /** Milliseconds; undefined when the workflow names none. */
  time(name: string): number | undefined;
  /** Items of a list input. */
  list(name: string): string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Absolute folder of the repository that the action is about. */
  root: string;
  /** What happened, as GitHub describes it; empty when there is nothing to read. @throws UserError for a payload that is no JSON */
  event(): Record<string, unknown>;
  log(line: string): void;
  /** Keeps a value out of everything that is logged from now on. */
  hide(secret: string): void;
}

/** What an action has to say; the runner's forms of saying it are added by whoever runs it. */
export interface ActionResult {
  outputs: Readonly<Record<string, string>>;
  /** Markdown for the page of the run. */
  summary?: string;
  /** Shown on the lines of the files. */
  findings?: readonly Finding[];
  warnings?: readonly string[];
  /** What the user can mend: the step fails, and each is shown. */
  problems?: readonly Problem[];
  /** Why the step fails; undefined when it does not. */
  failure?: string | undefined;
}

export type Action = (context: ActionContext) => Promise<ActionResult>;
