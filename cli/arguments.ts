import { parseArgs } from 'node:util';
import type { Declaration, Option } from '../capabilities/declaration.ts';
import { partnerProblems, valueProblem } from '../capabilities/option-problems.ts';
import { parseTime } from '../capabilities/parse-time.ts';
import { type Problem, UserError } from '../generator/errors.ts';
import { nearest } from '../generator/suggest.ts';

/** Options that every command has. */
export const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  file: { type: 'string', short: 'f', value: 'FILE', description: 'The spec; lunchbox.yaml if left out' },
  json: { type: 'boolean', description: 'Print data as JSON on standard output' },
  help: { type: 'boolean', short: 'h', description: 'Show this help' },
};

/** Arguments of one command, checked against its declaration. */
export interface Arguments {
  positionals: string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  /** Milliseconds. */
  time(name: string): number | undefined;
  /** Every value of a list, whether with commas between them or by the option repeated. */
  list(name: string): string[];
}

/** @throws UserError for an unknown option, one that is given twice or would be ignored, a missing or wrong value, or too many or too few arguments. */
export function parseArguments(declaration: Declaration, argv: readonly string[]): Arguments {
  const options = { ...COMMON_OPTIONS, ...declaration.options };
  const parsed = parse(declaration, options, argv);
  refuseRepeated(declaration, options, parsed.tokens);
  const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
  if (!values.help) {
    checkPositionals(declaration, parsed.positionals);
    const problems = optionProblems(declaration, options, values, parsed.positionals);
    if (problems.length > 0) throw new UserError(problems);
  }
  return {
    positionals: parsed.positionals,
    flag: (name) => values[name] === true,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    number: (name) => (values[name] === undefined ? undefined : Number(values[name])),
    time: (name) => parseTime(String(values[name] ?? '')),
    list: (name) => [values[name] ?? []].flat().flatMap((value) => String(value).split(',').filter(Boolean)),
  };
}

function parse(declaration: Declaration, options: Record<string, Option>, argv: readonly string[]) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      {
        type: type === 'boolean' ? ('boolean' as const) : ('string' as const),
        multiple: type === 'list',
        ...(short ? { short } : {}),
      },
    ]),
  );
  try {
    return parseArgs({
      args: [...argv],
      options: config,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknown = /Unknown option '(-{1,2}[^']+)'/.exec(error.message)?.[1];
    const guess = unknown ? nearest(unknown.replace(/^-+/, ''), Object.keys(options)) : undefined;
    if (unknown)
      throw new UserError({
        message: `${declaration.name} has no option ${unknown}${guess ? `; did you mean --${guess}?` : ''}`,
        remedy: seeHelp(declaration),
      });
    throw wrongValue(declaration, options, error.message);
  }
}

/** Node's own words name no remedy: an option without its value, or a switch with one. */
function wrongValue(
  declaration: Declaration,
  options: Readonly<Record<string, Option>>,
  said: string,
): UserError {
  const name = /--([a-z][a-z-]*)/.exec(said)?.[1] ?? '';
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option?.type === 'boolean')
    return new UserError({
      message: `--${name} is a switch, and takes no value`,
      remedy: `Write --${name} alone, or leave it out. ${seeHelp(declaration)}`,
    });
  return new UserError({
    message: option ? `--${name} needs a value` : (said.split('\n', 1)[0] ?? said),
    remedy: `${option ? `Write --${name} ${option.value ?? 'VALUE'}; one that begins with a dash as --${name}=-…. ` : ''}${seeHelp(declaration)}`,
  });
}

/** Of two values only one would count, and the other could have been a gate. A switch loses nothing. */
function refuseRepeated(
  declaration: Declaration,
  options: Readonly<Record<string, Option>>,
  tokens: ReturnType<typeof parse>['tokens'],
): void {
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const type = options[token.name]?.type;
    if (seen.has(token.name) && type !== 'list' && type !== 'boolean') {
      throw new UserError({
        message: `\`${declaration.name}\` takes --${token.name} once`,
        remedy: `Leave all but one out. ${seeHelp(declaration)}`,
      });
    }
    seen.add(token.name);
  }
}

/** What is wrong with values, and with options together. One whose value is empty is one that is not given. */
function optionProblems(
  declaration: Declaration,
  options: Readonly<Record<string, Option>>,
  values: Readonly<Record<string, string | boolean | string[] | undefined>>,
  positionals: readonly string[],
): Problem[] {
  const called = (name: string) => (name.startsWith('<') ? name : `--${name}`);
  const given = new Set([
    ...Object.keys(options).filter((name) => ![undefined, false, ''].includes(values[name] as never)),
    ...declaration.positionals.flatMap(({ name }, index) => (positionals[index] ? [`<${name}>`] : [])),
  ]);
  const wrong = Object.entries(options).flatMap(([name, option]) => {
    const value = values[name];
    return (typeof value === 'string' && valueProblem(name, option, value, called)) || [];
  });
  return [...wrong, ...partnerProblems(options, (name) => given.has(name), called)].map((problem) => ({
    ...problem,
    remedy: `${problem.remedy} ${seeHelp(declaration)}`,
  }));
}

function checkPositionals(declaration: Declaration, given: readonly string[]): void {
  const { positionals } = declaration;
  const missing = positionals.find((positional, index) => positional.required && given[index] === undefined);
  if (missing) {
    throw new UserError({
      message: `${declaration.name} needs <${missing.name}>: ${missing.description}`,
      remedy: seeHelp(declaration),
    });
  }
  if (given.length > positionals.length && !positionals.at(-1)?.many) {
    throw new UserError({
      message: `${declaration.name} does not know what to do with \`${given[positionals.length]}\``,
      remedy: seeHelp(declaration),
    });
  }
}

function seeHelp(declaration: Declaration): string {
  return `See \`lunchbox ${declaration.name} --help\`.`;
}
