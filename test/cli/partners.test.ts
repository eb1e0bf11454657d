import { describe, expect, it } from 'vitest';
import { COMMON_INPUTS } from '../../capabilities/declaration.ts';
import { actionDeclarations, declarations } from '../../capabilities/declarations/index.ts';
import { COMMON_OPTIONS, parseArguments } from '../../cli/arguments.ts';
import { runAction } from '../actions/support/run-action.ts';
import { folderWith, SMALLEST } from '../support/cli.ts';

const parse = (command: string, argv: readonly string[]) => {
  const declaration = declarations.find(({ name }) => name === command);
  if (!declaration) throw new Error(`no command ${command}`);
  return parseArguments(declaration, argv);
};

describe('options that would be ignored', () => {
  it.each([
    ['validate', ['--nodes', '3'], '--nodes means nothing without --path'],
    ['validate', ['--size', 's-1vcpu-1gb'], '--size means nothing without --path'],
    ['validate', ['prod', '--path', '.'], '--path and <env> exclude each other'],
    ['validate', ['--path', '.', '--nodes', '0'], '--nodes is at least 1, not 0'],
    ['deploy', ['prod', '--exit-code'], '--exit-code means nothing without --dry-run'],
    ['deploy', ['prod', '--timeout', '0'], '--timeout is at least 1, not 0'],
    ['deploy', ['prod', '--no-probe', '--max-downtime', '1s'], '--no-probe and --max-downtime exclude'],
    ['deploy', ['prod', '--no-probe', '--probe-address', 'a'], '--no-probe and --probe-address exclude'],
    ['deploy', ['prod', '--working-tree', '--revision', 'a'], '--working-tree and --revision exclude'],
    ['status', ['prod', '--host', 'a', '--kubeconfig', 'b'], '--kubeconfig and --host exclude each other'],
    ['drift', ['prod', '--known-hosts', 'a', '--context', 'b'], '--context and --known-hosts exclude'],
    ['provision <env> apply', ['prod', '--image-version', '1'], '--image-version means nothing without'],
    ['provision <env> plan', ['prod', '--image-version', '1'], '--image-version means nothing without'],
    ['provision <env> apply', ['prod', '--dry-run', '--expect-digest', 'a'], '--expect-digest and --dry-run'],
    ['host <env> switch', ['prod', '--working-tree', '--revision', 'a'], '--working-tree and --revision'],
    ['seal', ['prod', '--from-env', 'a', '--from-secret', 'b'], '--from-env and --from-secret exclude'],
    ['seal', ['prod', '--from-env', 'a', '--from-file', 'b'], '--from-file and --from-env exclude'],
    ['seal', ['prod', 'name', '--remove', '--from-file', 'b'], '--remove and --from-file exclude'],
    ['seal', ['prod', 'name', '--from-env', 'b'], '--from-env and <name> exclude each other'],
    ['unseal', ['prod', 'name', '--env'], '--env and <name> exclude each other'],
    ['unseal', ['prod', '--env', '--json'], '--env and --json exclude each other'],
    ['host <env> reboot', ['prod', '--limit', '500ms'], '--limit is at least 1000ms, not 500ms'],
    ['host <env> switch', ['prod', '--limit', 'soon'], '--limit is a time such as 500ms, 2s or 1m'],
    ['provision <env> apply', ['prod', '--wait-for-dns', 'abc'], '--wait-for-dns is a time such as'],
  ])('%s %j is refused', (command, argv, message) => {
    expect(() => parse(command, argv)).toThrow(message);
  });

  it('are let through together with what they need', () => {
    expect(parse('validate', ['--path', '.', '--nodes', '3']).number('nodes')).toBe(3);
    expect(parse('deploy', ['prod', '--dry-run', '--exit-code']).flag('exit-code')).toBe(true);
    // As a script has it where a variable is empty.
    expect(parse('status', ['prod', '--host', '', '--kubeconfig', 'b']).text('kubeconfig')).toBe('b');
  });

  it('are not in the way of help', () => {
    expect(parse('validate', ['--nodes', 'x', '--help']).flag('help')).toBe(true);
  });

  it('name partners that there are', () => {
    for (const { options, positionals, action } of declarations) {
      const known = [
        ...Object.keys({ ...options, ...COMMON_OPTIONS }),
        ...positionals.map(({ name }) => `<${name}>`),
      ];
      for (const { needs, excludes = [] } of Object.values(options))
        expect(known).toEqual(expect.arrayContaining([...excludes, ...(needs ? [needs] : [])]));
      const inputs = Object.keys({ ...action?.inputs, ...COMMON_INPUTS });
      for (const input of Object.values(action?.inputs ?? {}))
        expect(inputs).toEqual(expect.arrayContaining([...(input.excludes ?? [])]));
    }
  });
});

describe('inputs that would be ignored', () => {
  it.each([
    ['validate', { nodes: '3' }, 'the input `nodes` means nothing without the input `path`'],
    ['validate', { path: '.', nodes: '0' }, 'the input `nodes` is at least 1, not 0'],
    [
      'validate',
      { path: '.', environments: 'prod' },
      'the input `path` and the input `environments` exclude',
    ],
    ['deploy', { host: 'a', kubeconfig: '{}' }, 'the input `kubeconfig` and the input `host` exclude'],
    [
      'deploy',
      { 'no-probe': 'true', 'max-downtime': '1s' },
      'the input `no-probe` and the input `max-downtime`',
    ],
    ['provision', { 'image-version': '1' }, 'the input `image-version` means nothing without'],
  ])('%s %j is refused', async (name, given, message) => {
    const required = Object.entries(
      actionDeclarations.find(({ action }) => action?.folder === name)?.action?.inputs ?? {},
    ).flatMap(([input, rules]) => ('required' in rules && rules.required ? [[input, 'prod']] : []));
    const { code, log } = await runAction(name, {
      workspace: folderWith({ 'lunchbox.yaml': SMALLEST }),
      inputs: { ...Object.fromEntries(required), ...given },
    });
    expect(code, log).toBe(1);
    expect(log).toContain(`::error::${message}`);
  });
});
