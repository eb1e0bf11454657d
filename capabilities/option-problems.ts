import type { Problem } from '../generator/errors.ts';
import type { Option } from './declaration.ts';
import { parseTime } from './parse-time.ts';

/** What is checked of an option on the command line and of an input of an action alike. */
export type Rules = Pick<Option, 'min' | 'needs' | 'excludes'> & { type: string };

/** How whoever gave it writes it: `--nodes`, or ``the input `nodes` ``. */
type Called = (name: string) => string;

/** What is wrong with a value by itself; undefined when nothing is, or when there is none. */
export function valueProblem(name: string, { type, min }: Rules, text: string, called: Called) {
  if (text === '' || (type !== 'number' && type !== 'time')) return undefined;
  if (type === 'number' && !/^\d+$/.test(text))
    return problem(`${called(name)} takes a whole number, not \`${text}\``, 'Write digits alone.');
  const value = type === 'number' ? Number(text) : parseTime(text);
  if (value === undefined)
    return problem(
      `${called(name)} is a time such as 500ms, 2s or 1m, not \`${text}\``,
      'Write a number and a unit.',
    );
  if (min !== undefined && value < min) {
    const least = type === 'time' ? `${min}ms` : `${min}`;
    return problem(`${called(name)} is at least ${least}, not ${text}`, `Write ${least} or more.`);
  }
  return undefined;
}

/**
 * What is wrong with options together: one that would be ignored without its partner, or beside another.
 * @param isGiven Also of `<env>`, an argument that is no option.
 */
export function partnerProblems(
  options: Readonly<Record<string, Rules>>,
  isGiven: (name: string) => boolean,
  called: Called,
): Problem[] {
  return Object.entries(options).flatMap(([name, { needs, excludes = [] }]) => {
    if (!isGiven(name)) return [];
    const missing =
      needs !== undefined && !isGiven(needs)
        ? [
            problem(
              `${called(name)} means nothing without ${called(needs)}`,
              `Add ${called(needs)}, or leave ${called(name)} out.`,
            ),
          ]
        : [];
    const beside = excludes
      .filter(isGiven)
      .map((other) =>
        problem(`${called(name)} and ${called(other)} exclude each other`, 'Leave one of the two out.'),
      );
    return [...missing, ...beside];
  });
}

function problem(message: string, remedy: string) {
  return { message, remedy };
}
