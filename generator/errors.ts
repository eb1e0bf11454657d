import type { Place } from './finding.ts';

/** One thing the user can mend. */
export interface Problem {
  message: string;
  /** Where, when there is a place in a file. `column` and `line` count from 1. */
  place?: Place | undefined;
  /** What to do about it, as an instruction. */
  remedy?: string | undefined;
}

/**
 * The only error class for what the user can mend (exit code 2). Carries every problem found, not the first.
 * Anything else that is thrown is a bug and keeps its stack.
 */
export class UserError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map(formatProblem).join('\n'), options);
    this.name = 'UserError';
    this.problems = list;
  }

  /** What the first problem is, without its place and remedy: for a sentence of another message. */
  get reason(): string {
    return this.problems[0]?.message ?? this.message;
  }
}

/** `file:line:column: message` and, on a line of its own, the remedy. */
export function formatProblem(problem: Problem): string {
  const at = problem.place ? `${problem.place.file}:${problem.place.line}:${problem.place.column}: ` : '';
  const remedy = problem.remedy ? `\n  ${problem.remedy}` : '';
  return `${at}${problem.message}${remedy}`;
}
