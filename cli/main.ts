import { declarations } from '../capabilities/declarations/index.ts';
import { formatProblem, UserError } from '../generator/errors.ts';
import { printableJson } from '../generator/printable-json.ts';
import { sanitize } from '../generator/sanitize.ts';
import { parseArguments } from './arguments.ts';
import { commands } from './commands/index.ts';
import type { Context } from './context.ts';
import { commandHelp, overview } from './help.ts';
import { palette } from './terminal/palette.ts';
import { unknownCommand } from './unknown-command.ts';

declare const LUNCHBOX_VERSION: string;

/** Runs one command line. @returns the exit code: 0 done, 1 findings, 2 something to mend. */
async function main(argv: readonly string[]): Promise<number> {
  const { env, stdout, stderr } = process;
  const out = (text: string) => void stdout.write(text);
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
    err: (text) => void stderr.write(text),
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
  const { stderr } = process;
  const paint = palette(stderr, process.env);
  if (error instanceof UserError) {
    if (process.argv.includes('--json')) {
      stderr.write(`${printableJson(JSON.stringify({ problems: error.problems }))}\n`);
      return 2;
    }
    for (const problem of error.problems) {
      const lines = formatProblem(problem).split('\n').map(sanitize);
      stderr.write(
        `${paint.bad('error')}  ${lines[0]}\n${lines
          .slice(1)
          .map((line) => `     ${line}\n`)
          .join('')}`,
      );
    }
    if (error.problems.length > 1) stderr.write(`${error.problems.length} problems; nothing was changed\n`);
    return 2;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(
    `${paint.bad('bug')}  This is a mistake in lunchbox ${LUNCHBOX_VERSION}, not in your files. Please report it with these lines:\n${stack}\n`,
  );
  return 2;
}

// A reader that has seen enough, such as `head`, closes the pipe: no reason to complain.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2)).catch(report);
