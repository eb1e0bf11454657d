import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as core from '@actions/core';
import { actionInputs, type Declaration, type Input } from '../capabilities/declaration.ts';
import { partnerProblems, valueProblem } from '../capabilities/option-problems.ts';
import { parseTime } from '../capabilities/parse-time.ts';
import type { Action, ActionContext, ActionResult } from '../capabilities/ports/action.ts';
import { type Problem, UserError } from '../generator/errors.ts';
import { SUMMARY_LIMIT } from '../generator/markdown/budget.ts';
import { sanitize } from '../generator/sanitize.ts';
import { nearest } from '../generator/suggest.ts';
import { sortFindings } from '../generator/validate/formats/text.ts';
import { withoutCommands } from '../generator/workflow-commands.ts';

/** GitHub shows ten annotations of each kind for a step, and drops the others. */
const SHOWN = 10;

/** Runs an action on GitHub's runner: inputs in; outputs, summary, annotations and the verdict out. No other file knows `@actions/core`. */
export async function runAction(declaration: Declaration, action: Action): Promise<void> {
  try {
    const context = contextOf(declaration);
    await report(await action(context));
  } catch (error) {
    if (error instanceof UserError) fail(error.problems);
    else {
      // A mistake of ours: whoever reports it needs the stack.
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      core.setFailed(
        `This is a mistake in Lunchbox, not in your files. Please report it with these lines:\n${stack}`,
      );
    }
  }
}

function contextOf(declaration: Declaration): ActionContext {
  const { env } = process;
  const inputs = actionInputs(declaration);
  refuseUnknown(declaration, inputs, env);
  const texts = new Map(Object.entries(inputs).map(([name, input]) => [name, read(name, input)]));
  refuseIgnored(inputs, texts);
  const text = (name: string) => {
    const value = texts.get(name);
    if (value === undefined) throw new Error(`${declaration.action?.folder} has no input ${name}`);
    return value;
  };
  return {
    text,
    flag: (name) => text(name) === 'true',
    time: (name) => parseTime(text(name)),
    list: (name) =>
      text(name)
        .split(/[\s,]+/)
        .filter((item) => item !== ''),
    env,
    root: resolve(env.GITHUB_WORKSPACE ?? process.cwd(), text('working-directory')),
    event: () => readEvent(env.GITHUB_EVENT_PATH),
    log,
    hide,
  };
}

/** What others wrote is in it, the log of an app that crashed for one: to a runner it is text, and nothing else. */
function log(line: string): void {
  core.info(withoutCommands(sanitize(line)));
}

/** A misspelt input would be ignored without a word: a gate that is not there. */
function refuseUnknown(
  { action }: Declaration,
  inputs: Readonly<Record<string, Input>>,
  env: NodeJS.ProcessEnv,
): void {
  const known = new Map(Object.keys(inputs).map((name) => [`INPUT_${name.toUpperCase()}`, name]));
  const problems = Object.keys(env)
    .filter((name) => name.startsWith('INPUT_') && env[name] !== '' && !known.has(name))
    .map((name) => {
      const given = name.slice('INPUT_'.length).toLowerCase();
      const guess = nearest(given, known.values());
      return {
        message: `${action?.folder} has no input \`${given}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
        remedy: `Inputs: ${[...known.values()].join(', ')}.`,
      };
    });
  if (problems.length > 0) throw new UserError(problems);
}

function read(name: string, { type, required, default: fallback = '', secret }: Input): string {
  const value = core.getInput(name, { trimWhitespace: type !== 'text' });
  if (secret) hide(value);
  if (value === '' && required) {
    throw new UserError({ message: `the input \`${name}\` is missing`, remedy: `Set it under \`with:\`.` });
  }
  const effective = value === '' ? fallback : value;
  if (type === 'boolean' && !/^(?:true|false)?$/i.test(effective)) {
    throw new UserError({
      message: `the input \`${name}\` is true or false, not \`${effective}\``,
      remedy: 'Write `true` or `false`, or leave it out.',
    });
  }
  return type === 'boolean' ? effective.toLowerCase() : effective;
}

/** Wrong values, and inputs that would be ignored because of others. */
function refuseIgnored(inputs: Readonly<Record<string, Input>>, texts: ReadonlyMap<string, string>): void {
  const called = (name: string) => `the input \`${name}\``;
  // What stands there anyway is nothing that somebody has given.
  const isGiven = (name: string) => !['', 'false', inputs[name]?.default].includes(texts.get(name)?.trim());
  const wrong = Object.entries(inputs).flatMap(
    ([name, input]) => valueProblem(name, input, texts.get(name) ?? '', called) ?? [],
  );
  const problems = [...wrong, ...partnerProblems(inputs, isGiven, called)];
  if (problems.length > 0) throw new UserError(problems);
}

/** A runner masks line by line, so each line of a longer secret is one of its own. */
function hide(secret: string): void {
  for (const part of new Set([secret, ...secret.split(/\r?\n/)]))
    if (part.trim() !== '') core.setSecret(part);
}

function readEvent(path: string | undefined): Record<string, unknown> {
  if (!path) return {};
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === 'object' && event !== null && !Array.isArray(event))
      return event as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new UserError({
    message: `the event payload in GITHUB_EVENT_PATH is no JSON object`,
    remedy: 'GitHub writes this file; when the workflow runs elsewhere, give it a real one.',
  });
}

async function report({
  outputs,
  summary,
  findings = [],
  warnings = [],
  problems = [],
  failure,
}: ActionResult): Promise<void> {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  for (const warning of warnings) core.warning(sanitize(warning));
  annotate(findings);
  if (summary !== undefined && process.env.GITHUB_STEP_SUMMARY) {
    if (Buffer.byteLength(summary) > SUMMARY_LIMIT) throw new Error('a summary beyond the limit');
    await core.summary.addRaw(summary, true).write();
  }
  if (problems.length > 0) fail(problems);
  if (failure !== undefined) core.setFailed(sanitize(failure));
}

function annotate(findings: ActionResult['findings'] = []): void {
  const commands = { error: core.error, warning: core.warning, info: core.notice };
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { rule, severity, place, message, fix } of sortFindings(findings)) {
    const text = sanitize(`${message}. ${fix}`);
    counts[severity]++;
    if (counts[severity] <= SHOWN) {
      const { file, line: startLine, column: startColumn } = place;
      commands[severity](text, { title: rule, file: sanitize(file), startLine, startColumn });
    } else log(`${severity} ${rule} ${file(place)} ${text}`);
  }
}

function file({ file, line }: { file: string; line: number }): string {
  return `${file}:${line}`;
}

function fail(problems: readonly Problem[]): void {
  for (const { message, place, remedy } of problems) {
    const text = [message, remedy].filter(Boolean).join('\n').split('\n').map(sanitize).join('\n');
    const at = place && { file: place.file, startLine: place.line, startColumn: place.column };
    core.error(text, at ?? {});
  }
  process.exitCode = core.ExitCode.Failure;
}
