import type { Declaration, Option } from '../capabilities/declaration.ts';
import { commonOptions } from './common-options.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Palette } from './terminal/palette.ts';

/** `lunchbox <command> [options]`, every command with its summary, and where to read on. */
export function overview(commands: readonly Declaration[], version: string, paint: Palette): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${paint.bold('lunchbox')} ${version} · one lunchbox.yaml becomes a sealed, validated GitOps repository`,
    '',
    paint.bold('Usage'),
    '  lunchbox <command> [options]',
    '',
    paint.bold('Commands'),
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '  lunchbox <command> --help tells the rest, with examples.',
    '',
    paint.bold('Exit codes'),
    ...Object.entries(EXIT_CODES).map(([code, meaning]) => `  ${code.padEnd(2)}  ${meaning}`),
    '',
  ].join('\n');
}

/** Usage, arguments, options and examples of one command. */
export function commandHelp(declaration: Declaration, paint: Palette): string {
  const { name, summary, details, positionals, examples } = declaration;
  const usage = positionals.flatMap((positional) => {
    if (name.includes(`<${positional.name}>`)) return [];
    const word = `${positional.name}${positional.many ? '…' : ''}`;
    return positional.required ? ` <${word}>` : ` [${word}]`;
  });
  const options = Object.entries({ ...declaration.options, ...commonOptions(declaration) }).map(
    ([option, meaning]): [string, string] => [optionLabel(option, meaning), optionText(meaning)],
  );
  return [
    `${paint.bold(`lunchbox ${name}`)} · ${summary}`,
    ...(details ? ['', ...details.split('\n').map((line) => `  ${line}`)] : []),
    '',
    paint.bold('Usage'),
    `  lunchbox ${name}${usage.join('')} [options]`,
    ...(positionals.length > 0 ? ['', paint.bold('Arguments')] : []),
    ...table(positionals.map((positional): [string, string] => [positional.name, positional.description])),
    '',
    paint.bold('Options'),
    ...table(options),
    '',
    paint.bold('Examples'),
    ...examples.flatMap((example) => [`  ${paint.dim(`# ${example.does}`)}`, `  ${example.command}`]),
    '',
  ].join('\n');
}

/** What stands for a value that has no word of its own. */
const WORDS: Readonly<Record<string, string>> = { number: 'N', time: 'TIME' };

function optionLabel(name: string, { short, value, type }: Option): string {
  const word = `${value ?? WORDS[type] ?? 'TEXT'}${type === 'list' ? '…' : ''}`;
  const argument = type === 'boolean' ? '' : ` ${word}`;
  return `${short ? `-${short}, ` : ''}--${name}${argument}`;
}

function optionText({ description, type }: Option): string {
  return type === 'list' ? `${description} (several: with commas, or repeated)` : description;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
