import { withoutCommands } from '../../generator/workflow-commands.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; with marks that turn the direction of writing
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line of another program's output, without terminal control, which might rewrite what was shown before. */
export function printable(line: string): string {
  return line.replace(ESCAPES, '').replace(CONTROLS, '');
}

/** The same, set off and made harmless for runners that read commands such as `::add-mask::` from what is printed. */
export function quoted(line: string): string {
  return withoutCommands(`| ${printable(line)}`);
}
