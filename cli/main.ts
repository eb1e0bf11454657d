import { declarations } from '../capabilities/declarations/index.ts';
import { formatProblem, UserError } from '../generator/errors.ts';
import { printableJson } from '../generator/printable-json.ts';
import { sanitize } from '../generator/sanitize.ts';
import { parseArguments } from './arguments.ts';
import { commands } from './commands/index.ts';
import type { Context } from './context.ts';
import { BUG } from './exit-codes.ts';
import { commandHelp, overview } from './help.ts';
import { palette } from './terminal/palette.ts';
import { writer } from './terminal/writer.ts';
import { unknownCommand } from './unknown-command.ts';

declare const LUNCHBOX_VERSION: string;

const out = writer(process.stdout);
const err = writer(process.stderr);

/** Runs one command line. @returns the exit code, one of `EXIT_CODES`. */
async function main(argv: readonly string[]): Promise<number> {
  const { env, stdout } = process;
  const paint = palette(stdout, env);
  const [first = ''] = argv;
  if (first === '' || first === '--help' || first === '-h' || first === 'help') {
    const wanted = first === 'help' ? commandNamed(argv.slice(1)) : undefined;
    out(wanted ? commandHelp(wanted.declaration, paint) : overview(declarations, LUNCHBOX_VERSION, paint));
    return 0;
  }
  if (first === '--version' || first === '-v') {
    out(`${LUNCHBOX_VERSION}\n`);
    return 0;
  }
  const found = commandNamed(argv);
  if (!found) throw unknownCommand(declarations, argv);
  const { declaration, rest } = found;
  const args = parseArguments(declaration, rest);
  if (args.flag('help')) {
    out(commandHelp(declaration, paint));
    return 0;
  }
  const json = args.flag('json');
  const context: Context = {
    args,
    json,
    paint,
    env,
    cwd: process.cwd(),
    out: json ? (text) => out(printableJson(text)) : out,
    err,
  };
  const run = await commands[declaration.name]?.();
  if (!run) throw new Error(`no code for ${declaration.name}`);
  return run(context);
}

/** The command that begins like that. What stands for a word in angle brackets comes before the rest. */
function commandNamed(argv: readonly string[]) {
  const fits = (word: string, given = '') =>
    word.startsWith('<') ? given !== '' && !given.startsWith('-') : word === given;
  const declaration = declarations.find(({ name }) =>
    name.split(' ').every((word, index) => fits(word, argv[index])),
  );
  if (!declaration) return undefined;
  const words = declaration.name.split(' ');
  const named = argv.slice(0, words.length).filter((_, index) => words[index]?.startsWith('<'));
  return { declaration, rest: [...named, ...argv.slice(words.length)] };
}

/** What the user can mend is told in words; anything else is a bug and shows its stack. */
function report(error: unknown): number {
  const paint = palette(process.stderr, process.env);
  if (error instanceof UserError) {
    if (process.argv.includes('--json')) {
      err(`${printableJson(JSON.stringify({ problems: error.problems }))}\n`);
      return 2;
    }
    for (const problem of error.problems) {
      const lines = formatProblem(problem).split('\n').map(sanitize);
      err(
        `${paint.bad('error')}  ${lines[0]}\n${lines
          .slice(1)
          .map((line) => `     ${line}\n`)
          .join('')}`,
      );
    }
    if (error.problems.length > 1) err(`${error.problems.length} problems; nothing was changed\n`);
    return 2;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err(
    `${paint.bad('bug')}  This is a mistake in lunchbox ${LUNCHBOX_VERSION}, not in your files. Please report it with these lines:\n${stack}\n`,
  );
  return BUG;
}

// Node itself would exit with 1, which says something else here.
process.on('uncaughtException', (error) => process.exit(report(error)));

process.exitCode = await main(process.argv.slice(2)).catch(report);
