import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../support/cli.ts';
import { gitRepository } from '../support/git.ts';
import { hasGo } from '../support/go-program.ts';
import { actionlint } from './act/tools.ts';
import { generatedWorkflows } from './variants.ts';

const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;
const OWN = '.github/workflows';

describe.skipIf(!hasGo && !required)('actionlint (not run without Go)', () => {
  let program: string;
  beforeAll(() => {
    program = actionlint();
  });

  /** What actionlint says, with shellcheck where this machine has it. */
  function lint(cwd: string, files: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(program, ['-no-color', ...files], { cwd, encoding: 'utf8' });
    if (status !== 0 && stdout === '') throw new Error(stderr);
    return stdout;
  }

  it("has nothing to say of this repository's workflows, whose actions it reads too", () => {
    const names = readdirSync(OWN).map((name) => join(OWN, name));
    expect(names.length).toBeGreaterThan(4);
    expect(lint('.', names)).toBe('');
  });

  it.each([...generatedWorkflows()])('has nothing to say of %s', (name, text) => {
    // It looks for the repository around a workflow.
    const { folder } = gitRepository();
    mkdirSync(join(folder, OWN), { recursive: true });
    const file = join(OWN, basename(name.split(': ')[1] ?? ''));
    writeFileSync(join(folder, file), text);
    expect(lint(folder, [file])).toBe('');
  });

  it.each([
    [
      'an output that no step has',
      'steps.diff.outputs.changed',
      'steps.dif.outputs.changed',
      'property "dif" is not defined',
    ],
    [
      'an input that an action does not have',
      'check: true',
      'chekc: true',
      'input "chekc" is not defined in action',
    ],
    [
      'a right that does not exist',
      'pull-requests: write',
      'pull-request: write',
      'unknown permission scope "pull-request"',
    ],
  ])('finds %s', (_, from, to, said) => {
    const text = readFileSync(join(OWN, 'pull-request.yml'), 'utf8');
    expect(text).toContain(from);
    const actions = Object.fromEntries(
      readdirSync('actions')
        .filter((name) => !name.includes('.'))
        .map((name) => [`actions/${name}/action.yml`, readFileSync(`actions/${name}/action.yml`, 'utf8')]),
    );
    const folder = folderWith({ ...actions, '.git/HEAD': '', [join(OWN, 'x.yml')]: text.replace(from, to) });
    expect(lint(folder, [join(OWN, 'x.yml')])).toContain(said);
  });
});
