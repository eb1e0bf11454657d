import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionInputs } from '../../capabilities/declaration.ts';
import { actionDeclarations, declarations } from '../../capabilities/declarations/index.ts';

const folders = readdirSync('actions').filter((name) => existsSync(join('actions', name, 'main.ts')));

describe('actions and their declarations', () => {
  it('there is one declaration for each action, and one action for each declaration', () => {
    expect(actionDeclarations.map(({ action }) => action?.folder).sort()).toEqual(folders.sort());
  });

  it.each(actionDeclarations.map((declaration) => [declaration.action?.folder ?? '', declaration] as const))(
    '%s: action.yml and the code use exactly the declared inputs and outputs',
    (folder, declaration) => {
      const yaml = parse(readFileSync(join('actions', folder, 'action.yml'), 'utf8'));
      const inputs = actionInputs(declaration);
      expect(Object.keys(yaml.inputs)).toEqual(Object.keys(inputs));
      expect(Object.keys(yaml.outputs)).toEqual(Object.keys(declaration.action?.outputs ?? {}));
      expect(yaml.runs).toEqual({ using: 'node24', main: 'dist/index.mjs' });
      const code = readdirSync(join('actions', folder))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(join('actions', folder, file), 'utf8'))
        .join('\n');
      const read = new Set(
        [...code.matchAll(/\b(?:text|flag|time|list)\('([^']+)'\)/g)].map(([, name]) => name),
      );
      // The folder is read for all of them in one place.
      expect([...read, 'working-directory'].sort()).toEqual(Object.keys(inputs).sort());
    },
  );

  it('expressions stand only in defaults: elsewhere GitHub tries to evaluate them', () => {
    for (const folder of folders) {
      const lines = readFileSync(join('actions', folder, 'action.yml'), 'utf8').split('\n');
      expect(lines.filter((line) => line.includes('${{') && !line.trim().startsWith('default:'))).toEqual([]);
    }
  });

  it('tables, action.yml and workflows are what the declarations say', () => {
    execFileSync(process.execPath, ['scripts/docs.mjs', '--check']);
  });

  it('every command has a declaration of its own name', () => {
    expect(new Set(declarations.map(({ name }) => name)).size).toBe(declarations.length);
  });

  it('no bundle is larger than it may be', () => {
    for (const folder of folders) {
      const { size } = statSync(join('actions', folder, 'dist/index.mjs'));
      expect(size, folder).toBeLessThanOrEqual(1.2 * 1024 * 1024);
    }
  });
});
