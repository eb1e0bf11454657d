import { describe, expect, it } from 'vitest';
import { declarations } from '../../capabilities/declarations/index.ts';
import { parseArguments } from '../../cli/arguments.ts';
import { commandHelp } from '../../cli/help.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';

const declared = (name: string) => {
  const found = declarations.find((declaration) => declaration.name === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
};
const parse = (name: string, ...argv: string[]) => parseArguments(declared(name), argv);

describe('an option without its value', () => {
  it.each([
    ['deploy', ['prod', '--allow-removal'], '--allow-removal needs a value\n  Write --allow-removal OBJECT;'],
    ['deploy', ['prod', '--host', '--dry-run'], '--host needs a value'],
    ['validate', ['-p'], '--path needs a value'],
    ['deploy', ['prod', '--dry-run=yes'], '--dry-run is a switch, and takes no value'],
  ])('%s %j is told in our words', (name, argv, message) => {
    expect(() => parse(name, ...argv)).toThrow(message);
    expect(() => parse(name, ...argv)).toThrow(`See \`lunchbox ${name} --help\`.`);
  });
});

describe('an option that is given twice', () => {
  it.each([
    ['review', ['--base', 'main', '--base', 'v1'], '`review` takes --base once'],
    ['deploy', ['prod', '--host', 'a', '--host=b'], '`deploy` takes --host once'],
    ['validate', ['-p', 'a', '--path', 'b'], '`validate` takes --path once'],
    ['render', ['--file', 'a', '-f', 'b'], '`render` takes --file once'],
  ])('%s %j is refused: one of the values would be lost', (name, argv, message) => {
    expect(() => parse(name, ...argv)).toThrow(message);
    expect(() => parse(name, ...argv)).toThrow('Leave all but one out');
  });

  it('is nothing to complain about when it is a switch', () => {
    expect(parse('render', '--check', '--check').flag('check')).toBe(true);
  });

  it.each([
    ['review', 'fail-on', ['--fail-on', 'image', '--fail-on', 'outage,data-loss']],
    ['unseal', 'key', ['prod', '-k', 'image', '--key', 'outage,data-loss']],
    ['build', 'platform', ['--platform', 'image', '--platform', 'outage,data-loss']],
  ])('%s keeps every --%s, with commas or without', (name, option, argv) => {
    expect(parse(name, ...argv).list(option)).toEqual(['image', 'outage', 'data-loss']);
  });

  it('is in the help where it may be', () => {
    const help = commandHelp(declared('review'), PLAIN);
    expect(help).toMatch(/--fail-on RISK… .*\(several: with commas, or repeated\)\n/);
    expect(help).not.toMatch(/--base REV…/);
  });
});
