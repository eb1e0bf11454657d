import type { Declaration } from '../capabilities/declaration.ts';
import { UserError } from '../generator/errors.ts';
import { nearest } from '../generator/suggest.ts';

/** Says what was typed, the command nearest to it, and where to look. */
export function unknownCommand(declarations: readonly Declaration[], argv: readonly string[]): UserError {
  const [first = '', second = ''] = argv;
  const names = declarations.map(({ name }) => name);
  const begun = names.filter((name) => name.startsWith(`${first} `));
  if (begun.length > 0) {
    const longest = Math.max(...begun.map((name) => name.split(' ').length));
    const typed = wordsOf(argv).slice(0, longest);
    return new UserError({
      message: `\`${typed.join(' ')}\` is no command${asked(goingOn(typed, begun))}`,
      remedy: ['Commands that begin so:', ...begun.map((name) => `lunchbox ${name}`)].join('\n  '),
    });
  }
  const guess =
    nearest(first, [...names, ...names.map((name) => name.split(' ', 1)[0] ?? '')]) ??
    nearest(`${first} ${second}`, names);
  return new UserError({
    message: `there is no command \`${first}\`${asked(guess)}`,
    remedy: 'See `lunchbox --help`.',
  });
}

function asked(guess: string | undefined): string {
  return guess === undefined ? '' : `; did you mean \`${guess}\`?`;
}

/** What stands before the first option. */
function wordsOf(argv: readonly string[]): string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  return argv.slice(0, end === -1 ? argv.length : end);
}

/** The command that goes on nearly so, with the environment that was typed. */
function goingOn(typed: readonly string[], names: readonly string[]): string | undefined {
  // Only what follows the first word, or the environment, can be misspelt here.
  const known = new Map(
    names.map((name) => {
      const words = name.split(' ');
      const fixed = words[1]?.startsWith('<') ? 2 : 1;
      return [words.slice(fixed).join(' '), fixed];
    }),
  );
  for (const [tail, fixed] of known) {
    const given = typed.slice(fixed, fixed + tail.split(' ').length).join(' ');
    if (given !== '' && nearest(given, known.keys()) === tail)
      return [...typed.slice(0, fixed), tail].join(' ');
  }
  return undefined;
}
