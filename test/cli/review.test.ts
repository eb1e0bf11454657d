import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, lunchbox, SMALLEST, snapshot } from '../support/cli.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';

const DEPLOYMENT = 'clusters/prod/manifests/web/deployment-web.yaml';
const WITHOUT_PROBE = SMALLEST.replace('health: /healthz', 'health: /healthz, probes: { readiness: false }');
const MORE = SMALLEST.replace('replicas: 3', 'replicas: 4');
/** Everything that a terminal may act upon, but for the end of a line. */
const ACTING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Commits a spec with what it renders. */
function deliver(repository: GitRepository, spec: string, folder = ''): string {
  repository.commit('spec', { [join(folder, 'lunchbox.yaml')]: spec });
  expect(lunchbox(['render'], join(repository.folder, folder)).code).toBe(0);
  return repository.commit('render');
}

/** `main` as it was rendered; HEAD is a branch `change` there. */
function repositoryAt(spec = SMALLEST): GitRepository & { base: string } {
  const repository = gitRepository();
  const base = deliver(repository, spec);
  repository.git('checkout', '-q', '-b', 'change');
  return { ...repository, base };
}

/** Without kubeconform, which has tests of its own. */
const review = (folder: string, ...args: string[]) => lunchbox(['review', '--no-schemas', ...args], folder);

interface Json {
  highestRisk: string | null;
  base: { name: string; commit: string };
  head: { name: string; commit?: string };
  notices: { message: string }[];
  environments: {
    name: string;
    changes: { kind: string; after?: { path?: string } }[];
    risks: { risk: string }[];
  }[];
}
const reviewJson = (folder: string, ...args: string[]): Json => {
  const { code, out, err } = review(folder, '--json', ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Json;
};
const kinds = ({ environments }: Json, name = 'prod') =>
  environments.find((each) => each.name === name)?.changes.map(({ kind }) => kind);

describe('lunchbox review', () => {
  describe('compares', () => {
    it('the working tree with the main branch, when nothing else is said', () => {
      const { folder, base } = repositoryAt();
      writeFileSync(join(folder, 'lunchbox.yaml'), WITHOUT_PROBE);
      lunchbox(['render'], folder);
      const run = review(folder);
      expect(run).toMatchObject({ code: 0, err: '' });
      expect(run.out).toContain(`main (${base.slice(0, 12)}) → working tree`);
      expect(run.out).toMatch(/outage {2}prod Deployment\/web: .*readiness/);
      expect(run.out).toMatch(/^ +- +readinessProbe:$/m);
      expect(review(folder, '--head', 'HEAD').out).toContain('nothing changes');
    });

    it('two revisions, from where they parted', () => {
      const repository = repositoryAt();
      const head = deliver(repository, MORE);
      repository.git('checkout', '-q', 'main');
      deliver(repository, SMALLEST.replaceAll('shop.example', 'store.example'));
      const data = reviewJson(repository.folder, '--base', 'main', '--head', 'change');
      expect(data).toMatchObject({
        base: { name: 'main', commit: repository.base },
        head: { name: 'change', commit: head },
      });
      // What main did meanwhile is no part of it.
      expect(kinds(data, 'staging')).toEqual([]);
      expect(kinds(data)).toEqual(['modified']);
    });

    it('with what the remote calls its main branch, before any branch here', () => {
      const origin = gitRepository(['init', '-q', '-b', 'trunk', '.']);
      deliver(origin, SMALLEST);
      const clone = gitRepository(['clone', '-q', origin.folder, '.']);
      clone.git('branch', 'main');
      expect(review(clone.folder).out).toContain('lunchbox review · origin/HEAD (');
    });

    it('on a detached HEAD, too', () => {
      const repository = repositoryAt();
      const head = deliver(repository, MORE);
      repository.git('checkout', '-q', '--detach', head);
      expect(kinds(reviewJson(repository.folder))).toEqual(['modified']);
    });

    it('a repository in a subfolder of another, and from below it', () => {
      const repository = gitRepository();
      repository.commit('other', { 'clusters/prod/manifests/other.yaml': 'kind: Other\n' });
      deliver(repository, SMALLEST, 'deploy/shop');
      repository.git('checkout', '-q', '-b', 'change');
      deliver(repository, MORE, 'deploy/shop');
      const root = join(repository.folder, 'deploy/shop');
      for (const folder of [root, join(root, 'clusters/prod')]) {
        const { out } = review(folder, '--head', 'HEAD');
        expect(out).toMatch(/prod +0 added {2}1 changed {2}0 removed/);
        expect(out).not.toContain('other.yaml');
      }
      expect(kinds(reviewJson(root))).toEqual(['modified']);
    });

    it('the spec that --file names', () => {
      const repository = gitRepository();
      deliver(repository, SMALLEST, 'shop');
      repository.git('checkout', '-q', '-b', 'change');
      deliver(repository, MORE, 'shop');
      expect(review(repository.folder, '-f', 'shop/lunchbox.yaml').out).toMatch(/prod +0 added {2}1 changed/);
    });
  });

  describe('gives', () => {
    const repository = repositoryAt();
    deliver(repository, WITHOUT_PROBE);
    const { folder } = repository;

    it('the page and the comment', () => {
      const out = folderWith({});
      const files = ['--html', join(out, 'new/review.html'), '--markdown', join(out, 'comment.md')];
      expect(review(folder, ...files).code).toBe(0);
      const written = snapshot(out);
      expect(written['new/review.html']).toMatch(/^<!doctype html>/i);
      expect(written['new/review.html']).toContain('readinessProbe');
      expect(written['comment.md']).toContain('<!-- lunchbox:review -->\n### Lunchbox');
    });

    it('a clear answer when a file cannot be written', () => {
      const out = folderWith({ file: '' });
      expect(review(folder, '--html', join(out, 'file/review.html'))).toMatchObject({
        code: 2,
        err: expect.stringMatching(
          /review\.html cannot be written: E(?:EXIST|NOTDIR)\n.*folder that you may write to/,
        ),
      });
    });

    it('data', () => {
      const data = reviewJson(folder);
      expect(data).toMatchObject({ version: 1, highestRisk: 'outage', head: { name: 'working tree' } });
      expect(data.environments.map(({ name }) => name)).toEqual(['prod', 'staging']);
    });

    it('fields instead of diffs when it is to be brief', () => {
      const { out } = review(folder, '--brief');
      expect(out).not.toContain('@@');
      expect(out).toContain('readinessProbe');
    });

    it('what validation finds, with schemas unless they are left out', () => {
      const bad = readFileSync(join(folder, DEPLOYMENT), 'utf8').replace('replicas: 3', 'replicas: three');
      const edited = repository.commit('bad', { [DEPLOYMENT]: bad });
      repository.git('reset', '-q', '--hard', 'HEAD~1');
      const whole = lunchbox(['review', '--head', edited], folder);
      expect(whole.out).toMatch(
        /error {2}schema\S* {2}clusters\/prod\/manifests\/web\/deployment-web\.yaml:\d+/,
      );
      expect(review(folder, '--head', edited).out).not.toMatch(/error {2}schema/);
    });
  });

  describe('--fail-on', () => {
    const repository = repositoryAt();
    deliver(repository, WITHOUT_PROBE);
    const { folder } = repository;

    it.each([
      ['outage', 1],
      ['data-loss,outage', 1],
      ['data-loss outage', 1],
      ['any', 1],
      ['data-loss', 0],
      ['', 0],
    ])('%s', (risks, code) => {
      const run = review(folder, '--fail-on', risks);
      expect(run.code).toBe(code);
      expect(run.err).toBe(code === 1 ? 'failed  --fail-on: outage\n' : '');
      expect(run.out).toContain('outage  prod Deployment/web');
    });

    it('does not fail on nothing', () => {
      expect(review(folder, '--base', 'HEAD', '--fail-on', 'any').code).toBe(0);
    });

    it('refuses a risk that there is not', () => {
      expect(review(folder, '--fail-on', 'outtage')).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(/there is no risk `outtage`; did you mean `outage`\?\n.*Name data-loss/),
      });
    });
  });

  describe('refuses', () => {
    it.each([
      ['--base', 'nowhere'],
      ['--head', 'nowhere'],
      ['--base', 'HEAD~99'],
      ['--base', ''],
      ['--base', '--upload-pack=false'],
      ['--base', 'HEAD:lunchbox.yaml'],
      ['--base', 'main\u001b[31m'],
    ])('%s %s, which git does not know', (option, revision) => {
      const { folder } = shared;
      const run = review(folder, `${option}=${revision}`);
      expect(run).toMatchObject({ code: 2, out: '' });
      expect(run.err).toMatch(/^error {2}git knows no commit `[^\n]*`\n {7}Name a branch, a tag or a commit/);
      expect(run.err).not.toMatch(ACTING);
    });
    const shared = repositoryAt();

    it('a folder without git', () => {
      const folder = folderWith({ 'lunchbox.yaml': SMALLEST });
      const env = { GIT_CEILING_DIRECTORIES: dirname(folder) };
      expect(lunchbox(['review'], folder, { env })).toMatchObject({
        code: 2,
        err: expect.stringMatching(/is not a git repository\n.*Run `git init` and commit/),
      });
    });

    it('a machine without git', () => {
      expect(lunchbox(['review'], shared.folder, { env: { PATH: folderWith({}) } })).toMatchObject({
        code: 2,
        err: expect.stringMatching(/there is no git here\n.*Install git/),
      });
    });

    it('a folder without Lunchbox', () => {
      const { folder } = gitRepository();
      expect(review(folder).err).toContain('there is no lunchbox.yaml in');
    });

    it('a repository without a commit', () => {
      const repository = gitRepository();
      writeFileSync(join(repository.folder, 'lunchbox.yaml'), SMALLEST);
      expect(review(repository.folder, '--base', 'main').err).toMatch(/has no commit yet\n.*Commit first/);
      expect(review(repository.folder).err).toMatch(
        /there is no main branch to compare with\n.*--base HEAD~1/,
      );
    });

    it('a base that has no common ancestor', () => {
      const repository = repositoryAt();
      repository.git('checkout', '-q', '--orphan', 'other');
      repository.commit('other');
      expect(review(repository.folder)).toMatchObject({
        code: 2,
        err: expect.stringContaining('`main` and this branch have no common ancestor'),
      });
    });
  });

  it('says what to do when the merge base was not fetched, or fetches it when told to', () => {
    const origin = repositoryAt();
    for (const each of ['1', '2', '3']) origin.commit('more', { 'README.md': each });
    deliver(origin, MORE);
    origin.git('checkout', '-q', 'main');
    origin.commit('meanwhile', { 'NOTES.md': 'x' });
    const clone = ['clone', '-q', '--depth', '1', '--no-single-branch', `file://${origin.folder}`, '.'];
    const shallow = gitRepository(clone);
    const range = ['--base', 'origin/main', '--head', 'origin/change'];
    expect(review(shallow.folder, ...range)).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /no common ancestor with `origin\/main` in the history that was fetched\n.*--unshallow/,
      ),
    });
    expect(review(shallow.folder, '--base', 'origin/main~1').err).toContain('fetched only in part');
    expect(kinds(reviewJson(shallow.folder, ...range, '--fetch'))).toEqual(['modified']);
  });

  it('keeps a password of the remote out of what git says', () => {
    const origin = repositoryAt();
    deliver(origin, MORE);
    const clone = ['clone', '-q', '--depth', '1', '--no-single-branch', `file://${origin.folder}`, '.'];
    const shallow = gitRepository(clone);
    shallow.git('remote', 'set-url', 'origin', 'http://user:hunter2@127.0.0.1:1/shop.git');
    const run = review(shallow.folder, '--base', 'origin/main', '--head', 'origin/change', '--fetch');
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining('git fetch: ') });
    expect(run.err).not.toContain('hunter2');
  });

  describe('shows', () => {
    it('a base without Lunchbox: everything is new', () => {
      const repository = gitRepository();
      repository.commit('start', { 'README.md': 'hello\n' });
      repository.git('checkout', '-q', '-b', 'change');
      deliver(repository, SMALLEST);
      const { out, code } = review(repository.folder);
      expect(code).toBe(0);
      expect(out).toContain('main has no clusters/ yet: everything is new');
      expect(out).toMatch(/prod +\(new\) {2}\d+ added {2}0 changed {2}0 removed/);
    });

    it('an environment that comes, and one that goes', () => {
      const repository = repositoryAt();
      const more = `${SMALLEST}  demo:\n    hosts: [demo.shop.example]\n`;
      deliver(repository, more);
      const added = reviewJson(repository.folder);
      expect(new Set(kinds(added, 'demo'))).toEqual(new Set(['added']));
      expect(kinds(added)).toEqual([]);

      repository.git('rm', '-q', '-r', 'clusters/prod');
      repository.commit('no prod', { 'lunchbox.yaml': SMALLEST.slice(0, SMALLEST.indexOf('  prod:')) });
      const removed = review(repository.folder, '--fail-on', 'data-loss');
      expect(removed.out).toMatch(/prod +\(removed\) {2}0 added {2}0 changed {2}\d+ removed +data-loss/);
      expect(removed.code).toBe(1);
    });

    it('a tree that was edited by hand, and that it will not last', () => {
      const { folder } = repositoryAt();
      const text = readFileSync(join(folder, DEPLOYMENT), 'utf8');
      writeFileSync(join(folder, DEPLOYMENT), text.replace('replicas: 3', 'replicas: 9'));
      const { out } = review(folder);
      expect(out).toContain(`note  clusters/prod is not what lunchbox.yaml renders: ${DEPLOYMENT}`);
      expect(out).toContain('a file edited by hand is overwritten by it');
      expect(out).toMatch(/- +replicas: 3\n +\+ +replicas: 9/);
    });

    it('that a spec or a manifest cannot be read, and the rest all the same', () => {
      const { folder } = repositoryAt();
      writeFileSync(join(folder, 'lunchbox.yaml'), 'app: [\n');
      writeFileSync(join(folder, DEPLOYMENT), 'kind: [\n');
      writeFileSync(
        join(folder, 'clusters/prod/manifests/new.yaml'),
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: new }\n',
      );
      const { out, code } = review(folder);
      expect(code).toBe(0);
      expect(out).toContain('note  lunchbox.yaml cannot be read at working tree');
      expect(out).toMatch(
        /note {2}not compared at working tree: clusters\/prod\/manifests\/web\/deployment-web\.yaml/,
      );
      expect(out).toContain('+ ConfigMap/new in prod');
    });

    it('one object of 2 MB', () => {
      const { folder } = repositoryAt();
      const lines = Array.from({ length: 32_768 }, (_, at) => `    ${String(at).padStart(59, '0')}`);
      const head =
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: big, namespace: shop }\ndata:\n  text: |\n';
      const text = `${head}${lines.join('\n')}\n`;
      expect(text.length).toBeGreaterThan(2 << 20);
      writeFileSync(join(folder, 'clusters/prod/manifests/web/configmap-big.yaml'), text);
      const out = folderWith({});
      const run = review(folder, '--markdown', join(out, 'comment.md'), '--html', join(out, 'review.html'));
      expect(run.code).toBe(0);
      expect(run.out).toContain('+ ConfigMap/big in prod');
      expect(Buffer.byteLength(readFileSync(join(out, 'comment.md')))).toBeLessThanOrEqual(65_536);
    });
  });

  describe('takes of the tree only what a commit holds', () => {
    const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: NAME, namespace: shop }\n';

    it('no symbolic links, no submodules, nothing that is ignored', () => {
      const repository = repositoryAt();
      const web = join(repository.folder, dirname(DEPLOYMENT));
      const library = gitRepository();
      library.commit('map', { 'map.yaml': MAP.replace('NAME', 'submodule') });
      repository.git(
        '-c',
        'protocol.file.allow=always',
        'submodule',
        'add',
        '-q',
        library.folder,
        join(dirname(DEPLOYMENT), 'library'),
      );
      symlinkSync('deployment-web.yaml', join(web, 'link.yaml'));
      symlinkSync('..', join(web, 'loop'));
      symlinkSync('nowhere', join(web, 'broken.yaml'));
      const files = { 'ignored.yaml': 'ignored', 'own.yaml': 'own' };
      for (const [name, map] of Object.entries(files))
        writeFileSync(join(web, name), MAP.replace('NAME', map));
      writeFileSync(join(repository.folder, '.gitignore'), 'ignored.yaml\n');
      const onlyOwn = (...args: string[]) => {
        const { code, out } = review(repository.folder, ...args);
        expect(code).toBe(0);
        expect(out).toMatch(/prod +1 added {2}0 changed {2}0 removed/);
        expect(out).toContain('+ ConfigMap/own in prod');
      };
      onlyOwn();
      repository.commit('all');
      onlyOwn();
      onlyOwn('--head', 'HEAD');
    });

    it('the same of both, whatever files are called', () => {
      const repository = repositoryAt();
      const names = [
        'a b',
        'quo"te',
        "it's",
        'tab\there',
        'new\nline',
        'back\\slash',
        '日本',
        'e\u0301',
        '-dash',
        '\u001b[31mred',
      ];
      for (const [at, name] of names.entries()) {
        const file = join(repository.folder, dirname(DEPLOYMENT), `${name}.yaml`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, MAP.replace('NAME', `map-${at}`));
      }
      const tree = review(repository.folder);
      expect(tree.code).toBe(0);
      expect(tree.out).toMatch(new RegExp(`prod +${names.length} added {2}0 changed {2}0 removed`));
      expect(tree.out).not.toMatch(ACTING);
      const before = reviewJson(repository.folder);
      repository.commit('files');
      const after = reviewJson(repository.folder, '--head', 'HEAD');
      expect(after.environments).toEqual(before.environments);
    });
  });

  it('prints nothing that a terminal would act upon', () => {
    const repository = repositoryAt();
    const acting = String.raw`\e]0;title\a\e[2J\u009b31m\r\u202e\u200b\b`;
    const map = (data: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "m${acting}", namespace: "s${acting}" }\ndata: { "k${acting}": "${data}${acting}" }\n`;
    const file = 'clusters/prod/manifests/web/evil.yaml';
    repository.git('checkout', '-q', 'main');
    repository.commit('evil', { [file]: map('one') });
    repository.git('checkout', '-q', '-b', 'evil\u202e');
    repository.commit('evil again', {
      [file]: map('two'),
      'clusters/pr\u001b[31mod/manifests/a\u009b2J.yaml': `\u001b[31m: [\u0007`,
      'lunchbox.yaml': `app: "\\e[2J${'\u0007'}"\n`,
    });
    for (const args of [
      [],
      ['--brief'],
      ['--json'],
      ['--head', 'evil\u202e'],
      ['--base', 'x\u001b[2J', '--json'],
    ]) {
      const { out, err } = review(repository.folder, ...args);
      expect(out + err).not.toBe('');
      expect(out).not.toMatch(ACTING);
      expect(err).not.toMatch(ACTING);
    }
    const data = reviewJson(repository.folder);
    expect(JSON.stringify(data)).toContain('\u009b31m');
  });

  it('changes nothing: not the tree, not the index, not the branches', () => {
    const { folder, git } = repositoryAt();
    writeFileSync(join(folder, 'lunchbox.yaml'), MORE);
    const state = () => ({ ...snapshot(folder), refs: git('for-each-ref') });
    const before = state();
    review(folder);
    expect(state()).toEqual(before);
  });
});
