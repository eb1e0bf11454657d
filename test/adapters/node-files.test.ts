import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../adapters/node-files.ts';
import { UserError } from '../../generator/errors.ts';
import { folderWith, snapshot } from '../support/cli.ts';

const write = (entries: Record<string, string>, remove: string[] = []) => ({
  write: new Map(Object.entries(entries)),
  remove,
});
const posix = process.platform !== 'win32';

describe('nodeFiles', () => {
  it('reads, lists sorted, and gives undefined or nothing for what is not there', () => {
    const files = nodeFiles(folderWith({ 'b/z.yaml': '1', 'b/a.yaml': '2', 'a.txt': 'é' }));
    expect(files.read('a.txt')).toBe('é');
    expect([files.read('nowhere'), files.read('a.txt/below')]).toEqual([undefined, undefined]);
    expect(files.list('b')).toEqual(['b/a.yaml', 'b/z.yaml']);
    expect(files.list('nowhere')).toEqual([]);
    expect(() => files.read('b')).toThrow(/b is a folder, but a file belongs there/);
    expect(() => nodeFiles('/nowhere/at/all')).toThrow(UserError);
  });

  it('writes, replaces and removes, makes folders and takes emptied ones away', () => {
    const folder = folderWith({ 'x/old.yaml': 'old', 'x/y/gone.yaml': 'gone', 'keep.yaml': 'k' });
    nodeFiles(folder).apply(write({ 'x/old.yaml': 'new', 'n/e/w.yaml': 'w' }, ['x/y/gone.yaml']));
    expect(snapshot(folder)).toEqual({ 'keep.yaml': 'k', 'n/e/w.yaml': 'w', 'x/old.yaml': 'new' });
    expect(existsSync(join(folder, 'x/y'))).toBe(false);
    if (posix) expect(statSync(join(folder, 'n/e/w.yaml')).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it.each([
    ['a folder where a file belongs', { 'a.yaml': '1', dir: '2' }, [], /dir is a folder/],
    [
      'a file where a folder belongs',
      { 'a.yaml': '1', 'file/b.yaml': '2' },
      [],
      /lies below something that is no folder/,
    ],
    ['a folder to be removed as a file', { 'a.yaml': '1' }, ['dir'], /dir is a folder/],
    [
      'a name that is too long',
      { 'a.yaml': '1', [`${'x'.repeat(300)}.yaml`]: '2' },
      [],
      /has too long a name/,
    ],
    [
      'a way out of the root',
      { 'a.yaml': '1', '../out.yaml': '2' },
      [],
      /would be outside of the repository/,
    ],
    [
      'an absolute way out',
      { 'a.yaml': '1', [resolve('/tmp/lunchbox-out.yaml')]: '2' },
      [],
      /would be outside of the repository/,
    ],
  ])('changes nothing at all for %s', (_, entries, remove, message) => {
    const folder = folderWith({ 'dir/inside.yaml': 'i', file: 'f' });
    const before = snapshot(folder);
    expect(() => nodeFiles(folder).apply(write(entries, remove))).toThrow(message);
    expect(snapshot(folder)).toEqual(before);
  });

  it.skipIf(!posix)('follows no symbolic link out of the repository', () => {
    const outside = folderWith({ 'theirs.yaml': 't' });
    const folder = folderWith({ 'a.yaml': 'a' });
    symlinkSync(outside, join(folder, 'clusters'));
    expect(() => nodeFiles(folder).apply(write({ 'clusters/new.yaml': '1' }))).toThrow(
      /leads outside of the repository through a symbolic link/,
    );
    expect(() => nodeFiles(folder).apply(write({}, ['clusters/theirs.yaml']))).toThrow(/symbolic link/);
    expect(snapshot(outside)).toEqual({ 'theirs.yaml': 't' });
    // A linked file is replaced itself, not what it points to.
    symlinkSync(join(outside, 'theirs.yaml'), join(folder, 'link.yaml'));
    nodeFiles(folder).apply(write({ 'link.yaml': 'mine' }));
    expect([
      readFileSync(join(folder, 'link.yaml'), 'utf8'),
      readFileSync(join(outside, 'theirs.yaml'), 'utf8'),
    ]).toEqual(['mine', 't']);
  });

  it('does not list what a killed run has left behind, and cleans it up', () => {
    const folder = folderWith({ 'm/a.yaml': 'a', 'm/a.yaml.lunchbox-0123456789ab.tmp': 'half' });
    const files = nodeFiles(folder);
    expect(files.list('m')).toEqual(['m/a.yaml']);
    files.apply(write({ 'm/a.yaml': 'b' }));
    expect(snapshot(folder)).toEqual({ 'm/a.yaml': 'b' });
  });

  it.skipIf(!posix || (process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status !== 0))(
    'says so when it may not write, and leaves everything as it was',
    async () => {
      const folder = folderWith({ 'open/a.yaml': 'a', 'shut/b.yaml': 'b' });
      chmodSync(folder, 0o755);
      chmodSync(join(folder, 'open'), 0o777);
      mkdirSync(join(folder, 'code'));
      const script = join(folder, 'code/try.mjs');
      const code = `import { nodeFiles } from ${JSON.stringify(resolve('adapters/node-files.ts'))};
        try { nodeFiles(process.argv[2]).apply({ write: new Map([['open/new.yaml', '1'], ['shut/new.yaml', '2']]), remove: [] }); console.log('written'); }
        catch (error) { console.log(error.message); }`;
      await build({
        stdin: { contents: code, resolveDir: process.cwd() },
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile: script,
      });
      chmodSync(join(folder, 'shut'), 0o555);
      // Rights do not bind root: it becomes nobody for this.
      const become =
        process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
      const [command = '', ...args] = [...become, process.execPath, script, folder];
      const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
      expect(stdout).toContain('shut/new.yaml may not be accessed by this user');
      expect(Object.keys(snapshot(join(folder, 'open')))).toEqual(['a.yaml']);
      writeFileSync(join(folder, 'done'), '');
    },
  );
});
