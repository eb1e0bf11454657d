import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gitIn } from '../../adapters/git.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { folderWith } from '../support/cli.ts';
import { gitRepository } from '../support/git.ts';

describe('git', () => {
  it('names commits by anything that git takes, and nothing else', async () => {
    const repository = gitRepository();
    const first = repository.commit('one', { file: '1' });
    const second = repository.commit('two', { file: '2' });
    repository.git('tag', '-a', '-m', 'x', 'v1', first);
    const git = gitIn(repository.folder, nodeExec);
    expect(await git.commit('main')).toBe(second);
    expect(await git.commit('v1')).toBe(first);
    expect(await git.commit('HEAD~1')).toBe(first);
    expect(await git.commit(first.slice(0, 8))).toBe(first);
    for (const wrong of ['nowhere', 'HEAD:file', '--all', '-h', '', 'main..v1'])
      expect(await git.commit(wrong), wrong).toBeUndefined();
    expect(await git.mergeBase(first, second)).toBe(first);
    expect(await git.isShallow()).toBe(false);
  });

  it('reads the files of a commit byte for byte, whatever they hold', async () => {
    const repository = gitRepository();
    const files = {
      'clusters/empty.yaml': '',
      'clusters/no-newline.yaml': 'a: 1',
      'clusters/like-git.yaml': `${'0'.repeat(40)} blob 5\nhello\n`,
      'clusters/größe\t"x"\n.yaml': 'ü: 日本\r\n',
      'clusters/same-a.yaml': 'same\n',
      'clusters/same-b.yaml': 'same\n',
      'lunchbox.yaml': 'app: shop\n',
      'templates/late.hbs': 'late\n',
    };
    const commit = repository.commit('files', files);
    repository.commit('later', { 'lunchbox.yaml': 'app: other\n', 'clusters/empty.yaml': null });
    const read = await gitIn(repository.folder, nodeExec).filesAt(commit);
    for (const [path, text] of Object.entries(files)) expect(read.read(path), path).toBe(text);
    expect(read.read('clusters/nothing.yaml')).toBeUndefined();
    expect(read.read('clusters')).toBeUndefined();
    const below = Object.keys(files).filter((path) => path.startsWith('clusters/'));
    for (const folder of ['clusters', 'clusters/']) expect(read.list(folder)).toEqual(below.sort());
    expect(read.list('clust')).toEqual([]);
    expect(() => read.apply({ write: new Map(), remove: [] })).toThrow('cannot be written to');
  });

  it('has no files of a folder that a commit does not have', async () => {
    const repository = gitRepository();
    const commit = repository.commit('other', { 'clusters/a.yaml': 'a\n' });
    repository.commit('shop', { 'shop/lunchbox.yaml': 'app: shop\n' });
    const read = await gitIn(`${repository.folder}/shop`, nodeExec).filesAt(commit);
    expect(read.list('clusters')).toEqual([]);
    expect(read.read('clusters/a.yaml')).toBeUndefined();
  });

  describe('a clone without contents', () => {
    const origin = gitRepository();
    const commit = origin.commit('files', { 'clusters/a.yaml': 'a\n', 'templates/b.hbs': 'b\n' });
    origin.git('config', 'uploadpack.allowFilter', 'true');
    const partial = () =>
      gitRepository(['clone', '-q', '--no-checkout', '--filter=blob:none', `file://${origin.folder}`, '.']);
    const remedy =
      /this clone does not hold everything that was committed: .+\n.*clone anew without --filter/;

    it('gets them where they are', async () => {
      const { folder } = partial();
      const files = await gitIn(folder, nodeExec).filesAt(commit);
      expect([files.read('clusters/a.yaml'), files.read('templates/b.hbs')]).toEqual(['a\n', 'b\n']);
    });

    it('is refused when they cannot be had: a tree that is not there is not an empty one', async () => {
      const clone = partial();
      clone.git('remote', 'set-url', 'origin', 'http://user:hunter2@127.0.0.1:1/shop.git');
      const git = gitIn(clone.folder, nodeExec);
      const error = await git.filesAt(commit).catch((thrown: Error) => thrown.message);
      expect(error).toMatch(remedy);
      expect(error).not.toContain('hunter2');
    });

    it('also for what is read later', async () => {
      const clone = partial();
      const git = gitIn(clone.folder, nodeExec);
      const files = await git.filesAt(commit);
      clone.git('remote', 'set-url', 'origin', 'http://user:hunter2@127.0.0.1:1/shop.git');
      expect(() => files.read('templates/b.hbs')).toThrow(remedy);
    });

    it('and for contents that are lost', async () => {
      const broken = gitRepository();
      const head = broken.commit('files', { 'clusters/a.yaml': 'a\n' });
      const id = broken.git('rev-parse', 'HEAD:clusters/a.yaml');
      rmSync(`${broken.folder}/.git/objects/${id.slice(0, 2)}/${id.slice(2)}`, { force: true });
      await expect(gitIn(broken.folder, nodeExec).filesAt(head)).rejects.toThrow(remedy);
    });
  });

  it('says what git said when nothing could be fetched, without passwords', async () => {
    const repository = gitRepository();
    const head = repository.commit('one');
    repository.git('remote', 'add', 'origin', 'http://user:hunter2@127.0.0.1:1/shop.git');
    const said = await gitIn(repository.folder, nodeExec).fetch([head, 'not a commit'], 50);
    expect(said).toMatch(/127\.0\.0\.1/);
    expect(said).not.toContain('hunter2');
  });

  it('does not do what a repository of another user says', async () => {
    const folder = folderWith({});
    spawnSync('git', ['init', '-q', '.'], { cwd: folder });
    const settings = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    const env = { ...settings, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    const git = gitIn(folder, (program, args, options = {}) =>
      nodeExec(program, args, { ...options, env: { ...options.env, ...env } }),
    );
    await expect(git.commit('HEAD')).rejects.toThrow(
      /git does not trust .*, which belongs to another user\n.*safe\.directory/,
    );
  });
});
