import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { wrongAnswer } from '../../capabilities/init-answers.ts';
import { deployWorkflow } from '../../generator/init/workflows/deploy.ts';
import { folderWith, lunchbox, snapshot } from '../support/cli.ts';
import { gitRepository } from '../support/git.ts';

const ACTIONS = `acme/lunchbox@${'0123456789'.repeat(4)}`;
const KNOWN = ['--image', 'ghcr.io/acme/shop', '--domain', 'shop.example', '--email', 'ops@shop.example'];

interface Deploy {
  on: { push: { branches: string[] } };
  jobs: Record<string, { steps: { name?: string; with?: Record<string, unknown> }[] }>;
}

const commitStep = (job: Deploy['jobs'][string] | undefined) =>
  job?.steps.find(({ name }) => name === 'Commit the release');

const deployOf = (folder: string) =>
  parse(readFileSync(join(folder, '.github/workflows/deploy.yml'), 'utf8')) as Deploy;
const specOf = (folder: string) =>
  parse(readFileSync(join(folder, 'lunchbox.yaml'), 'utf8')) as {
    app: string;
    image: { tag: string };
    workloads: { web: { port: number } };
  };

describe('lunchbox init', () => {
  it('makes a repository whose own checks pass at once', () => {
    const above = folderWith({});
    const made = lunchbox(['init', 'my-app', '--yes'], above);
    expect(made).toMatchObject({ code: 0 });
    expect(readdirSync(above)).toEqual(['my-app']);
    const folder = join(above, 'my-app');
    const repository = gitRepository(['init', '-q', '-b', 'main', folder]);
    const git = (...args: string[]) => repository.git('-C', folder, ...args);
    git('add', '-A');
    git('commit', '-q', '-m', 'start');
    expect(git('status', '--porcelain')).toBe('');

    expect(lunchbox(['render', '--check'], folder)).toMatchObject({ code: 0, out: '' });
    expect(lunchbox(['validate'], folder)).toMatchObject({ code: 0 });
    expect(lunchbox(['review'], folder)).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing changes'),
    });
    expect(git('status', '--porcelain')).toBe('');
    for (const path of [
      'lunchbox.yaml',
      'README.md',
      '.gitignore',
      'renovate.json',
      'schemas/lunchbox.schema.json',
      '.github/workflows/pull-request.yml',
      '.github/workflows/deploy.yml',
      '.github/workflows/provision.yml',
      '.github/workflows/bootstrap.yml',
      '.github/workflows/drift.yml',
      'clusters/staging/manifests/web/deployment-web.yaml',
      'clusters/prod/manifests/web/deployment-web.yaml',
    ]) {
      expect(made.out).toContain(path.startsWith('clusters/') ? path.split('/web/')[0] : path);
      expect(existsSync(join(folder, path)), path).toBe(true);
    }
    expect(specOf(folder).app).toBe('my-app');
  });

  it('makes the same again, and finds it there', () => {
    const folder = folderWith({});
    lunchbox(['init', '--yes', '--app', 'shop'], folder);
    const first = snapshot(folder);
    expect(lunchbox(['init', '--yes', '--app', 'shop'], folder).code).toBe(0);
    expect(snapshot(folder)).toEqual(first);
  });

  it('takes what is known as options, also without --yes', () => {
    const folder = folderWith({ Dockerfile: 'FROM scratch\nexpose 3000/tcp\n' });
    const options = ['--app', 'shop', '--owner', '@acme/ops', '--actions', ACTIONS];
    const made = lunchbox(['init', ...KNOWN, ...options, '--staging-domain', 'try.shop.example'], folder);
    expect(made).toMatchObject({ code: 0 });
    expect(made.err).not.toContain('warning');
    const files = snapshot(folder);
    expect(files['.github/CODEOWNERS']).toContain('* @acme/ops\n');
    expect(files['.github/workflows/deploy.yml']).toContain(
      `acme/lunchbox/actions/build-image@${'0123456789'.repeat(4)}`,
    );
    expect(files['README.md']).toContain('try.shop.example and shop.example');
    expect(specOf(folder).workloads.web.port).toBe(3000);
    expect(files.Dockerfile).toContain('FROM scratch');
  });

  it('makes a name that Kubernetes takes from that of the folder', () => {
    const above = folderWith({});
    for (const [folder, app] of [
      ['My Shop!', 'my-shop'],
      ['7 wonders', 'wonders'],
      ['日本', 'app'],
      [`${'a'.repeat(39)}-b`, 'a'.repeat(39)],
    ] as const) {
      expect(lunchbox(['init', folder, '--yes'], above).code, folder).toBe(0);
      expect(specOf(join(above, folder)).app).toBe(app);
    }
  });

  it('says what is missing when there is nobody to ask', () => {
    const above = folderWith({});
    expect(lunchbox(['init', 'shop'], above)).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /no terminal to ask on, and --image, --domain, --email are not given\n.*--yes to take/,
      ),
    });
    expect(lunchbox(['init', 'shop', ...KNOWN.slice(0, 4)], above).err).toContain('--email is not given');
    expect(readdirSync(above)).toEqual([]);
  });

  it('--dry-run writes nothing, and makes no folder', () => {
    const above = folderWith({});
    const run = lunchbox(['init', 'some/where/shop', '--yes', '--dry-run'], above);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toContain('lunchbox.yaml\n');
    expect(run.err).toContain('shop would be ready');
    expect(readdirSync(above)).toEqual([]);
    const json = lunchbox(['init', 'shop', '--yes', '--dry-run', '--json'], above);
    expect(JSON.parse(json.out)).toMatchObject({
      written: [],
      planned: expect.arrayContaining(['README.md']),
    });
  });

  describe('in a folder with files of its own', () => {
    it('refuses to replace them, and names them', () => {
      const folder = folderWith({ 'README.md': 'mine\n', '.gitignore': 'mine\n', 'src/app.js': '1\n' });
      const before = snapshot(folder);
      expect(lunchbox(['init', '--yes'], folder)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(/there already: README\.md, \.gitignore\n.*Nothing was written.*--force/),
      });
      expect(snapshot(folder)).toEqual(before);
    });

    it('replaces them when told to, and nothing else', () => {
      const folder = folderWith({ 'README.md': 'mine\n', 'src/app.js': '1\n' });
      expect(lunchbox(['init', '--yes', '--force', '--app', 'shop'], folder).code).toBe(0);
      const files = snapshot(folder);
      expect(files['README.md']).toMatch(/^# shop\n/);
      expect(files['src/app.js']).toBe('1\n');
    });

    it('takes away what was generated for another app: the checks pass there too', () => {
      const folder = folderWith({});
      lunchbox(['init', '--yes', '--app', 'old'], folder);
      const again = lunchbox(['init', '--yes', '--force', '--app', 'new'], folder);
      expect(again.out).toContain('clusters/prod/manifests/app/namespace-old.yaml (removed)\n');
      expect(lunchbox(['render', '--check'], folder)).toMatchObject({ code: 0, out: '' });
    });
  });

  describe('leaves nothing behind when it fails', () => {
    it('before a file is written', () => {
      const above = folderWith({});
      expect(lunchbox(['init', 'a/b/c', '--yes', '--size', 's-1vcpu-512mb-10gb'], above)).toMatchObject({
        code: 2,
        err: expect.stringContaining('the new repository would not pass its own checks'),
      });
      expect(readdirSync(above)).toEqual([]);
    });

    it('when one of the files cannot be written', () => {
      const folder = folderWith({ 'clusters/README': 'mine\n' });
      mkdirSync(join(folder, '.github/workflows/deploy.yml'), { recursive: true });
      const before = snapshot(folder);
      expect(lunchbox(['init', '--yes'], folder)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/\.github\/workflows\/deploy\.yml is a folder.*\n.*Move the folder away/),
      });
      expect(snapshot(folder)).toEqual(before);
      expect(readdirSync(folder)).toEqual(['.github', 'clusters']);
    });

    it('half way, in a folder that it has made', () => {
      // lunchbox.yaml fits below the longest path that Linux takes; manifests do not.
      const above = folderWith({});
      let folder = above;
      while (folder.length < 3900) folder = join(folder, 'd'.repeat(80));
      folder = join(folder, 'd'.repeat(4019 - folder.length));
      const run = lunchbox(['init', folder, '--yes', '--app', 'shop'], above);
      expect(run.code).toBe(2);
      expect(run.err).toMatch(/error {2}[\w./-]+ has too long a name/);
      expect(readdirSync(above)).toEqual([]);
    });

    it('when a symbolic link leads elsewhere', () => {
      const elsewhere = folderWith({});
      const folder = folderWith({});
      symlinkSync(elsewhere, join(folder, 'clusters'));
      expect(lunchbox(['init', '--yes'], folder)).toMatchObject({
        code: 2,
        err: expect.stringContaining('leads outside of the repository through a symbolic link'),
      });
      expect(readdirSync(elsewhere)).toEqual([]);
      expect(readdirSync(folder)).toEqual(['clusters']);
    });

    it('when a file stands where the folder should be', () => {
      const above = folderWith({ file: 'mine\n' });
      expect(lunchbox(['init', 'file', '--yes'], above).err).toContain('is no folder');
      expect(lunchbox(['init', 'file/below', '--yes'], above).err).toContain('cannot be made: ENOTDIR');
      expect(snapshot(above)).toEqual({ file: 'mine\n' });
    });
  });

  describe('an answer that cannot be', () => {
    const above = folderWith({});
    it.each([
      ['app', 'Foo_Bar', 'expected a name of lower-case letters', '--app shop'],
      ['image', 'ghcr.io/acme/shop:v1', 'expected an image repository', '--image ghcr.io/acme/shop'],
      ['image', '', 'expected an image repository', '--image ghcr.io/acme/shop'],
      ['domain', 'https://shop.example', 'expected a host name', '--domain shop.example'],
      ['domain', '*.shop.example', 'no certificate can be had for a wildcard', '--domain shop.example'],
      ['staging-domain', 'localhost', 'expected a host name', '--staging-domain staging.shop.example'],
      ['email', 'nobody', 'expected an e-mail address', '--email ops@shop.example'],
      ['region', 'frankfurt', 'expected a DigitalOcean region', '--region fra1'],
      ['size', 's-2vcpu-4bg', 'did you mean s-2vcpu-4gb?', '--size s-2vcpu-4gb'],
      ['size', 'huge', 'basic sizes are s-1vcpu-1gb', '--size s-2vcpu-4gb'],
      ['port', '0', 'expected a port from 1 to 65535', '--port 8080'],
      ['port', '99999', 'expected a port from 1 to 65535', '--port 8080'],
      ['health', 'healthz', 'expected a path that begins with /, or tcp', '--health /healthz'],
      ['branch', 'a..b', 'expected the name of a branch', '--branch main'],
      ['branch', `\${{secrets.TOKEN}}`, 'expected the name of a branch', '--branch main'],
      ['owner', 'me\n* @evil', 'expected a GitHub user or team', '--owner @acme/ops'],
      ['context', '../elsewhere', 'neither a folder of this repository nor a git URL', '--context app'],
      ['context', 'https://github.com/acme/shop.git#main', 'no full commit', '--context app'],
    ])('--%s %s', (name, value, message, remedy) => {
      const run = lunchbox(['init', 'shop', '--yes', `--${name}`, value], above);
      expect(run).toMatchObject({ code: 2, out: '' });
      expect(run.err).toContain(`--${name} \``);
      expect(run.err).toContain(message);
      expect(run.err).toContain(`For example: ${remedy}\n`);
      expect(readdirSync(above)).toEqual([]);
    });

    it('all of them at once', () => {
      const { err } = lunchbox(['init', '--yes', '--app', 'A', '--email', 'b', '--region', 'c'], above);
      for (const name of ['app', 'email', 'region']) expect(err).toContain(`--${name} \``);
      expect(err).toContain('3 problems; nothing was changed');
    });

    it('one host for both environments', () => {
      const hosts = ['--domain', 'shop.example', '--staging-domain', 'shop.example'];
      expect(lunchbox(['init', '--yes', ...hosts], above)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/--staging-domain `shop\.example`: prod has this host/),
      });
    });

    it('actions at a tag, which can be moved', () => {
      expect(lunchbox(['init', '--yes', '--actions', 'acme/lunchbox@v1'], above)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/--actions acme\/lunchbox@v1 names no commit/),
      });
    });
  });

  describe('a branch', () => {
    it.each([
      ['on', 'on'],
      ['release/1.x', 'release-1.x'],
      ['feature#1', 'feature-1'],
      ['1.10', '1.10'],
      ['a,b', 'a-b'],
      ["it's", 'it-s'],
      ['größe', 'gr-e'],
      ['日本', 'main'],
      ['sha-0123456789ab', 'main'],
    ])('%s', (branch, tag) => {
      const above = folderWith({});
      expect(lunchbox(['init', 'shop', '--yes', '--branch', branch], above)).toMatchObject({ code: 0 });
      const folder = join(above, 'shop');
      const { on, jobs } = deployOf(folder);
      expect(on.push.branches).toEqual([branch]);
      if (branch === 'on') expect(snapshot(folder)['.github/workflows/deploy.yml']).toContain('["on"]');
      for (const name of ['staging', 'prod']) expect(commitStep(jobs[name])?.with?.branch, name).toBe(branch);
      expect(specOf(folder).image.tag).toBe(tag);
      expect(lunchbox(['render', '--check'], folder).code).toBe(0);
    });

    it('is quoted where a reader would take it for something else, whatever git allows in it', () => {
      const unit = fc.constantFrom(...'aeno019_./-+=#,&!%@`|>"\'{}]()$é日\u0085\u2028');
      const words = fc.constantFrom('on', 'no', 'y', 'null', '1e3', '0x1f', '1_000', '2026-01-02', '=');
      const branches = fc.oneof(words, fc.string({ unit, minLength: 1, maxLength: 8 }));
      fc.assert(
        fc.property(branches, fc.constantFrom('1.1', '1.2'), (branch, version) => {
          fc.pre(wrongAnswer('branch', branch) === undefined);
          const stages = [{ name: 'prod' }];
          const text = deployWorkflow({ kind: 'local' }, { registry: 'ghcr.io', stages, branch });
          // YAML 1.1 reads the key `on` as true.
          const { jobs, ...read } = parse(text.replace('\non:\n', '\n"on":\n'), { version }) as Deploy;
          // What GitHub's filters take for more than a character is escaped.
          expect(read.on.push.branches.map((each) => String(each).replace(/\\([+!])/g, '$1'))).toEqual([
            branch,
          ]);
          expect(typeof read.on.push.branches[0]).toBe('string');
          expect(commitStep(jobs.prod)?.with?.branch).toBe(branch);
        }),
        { numRuns: 500 },
      );
    });

    it('that a filter would read as a pattern means only itself', () => {
      const above = folderWith({});
      lunchbox(['init', 'shop', '--yes', '--branch', 'c++'], above);
      const { on } = deployOf(join(above, 'shop'));
      expect(on.push.branches).toEqual(['c\\+\\+']);
    });

    it('that git refuses is refused', () => {
      const { git } = gitRepository();
      const takes = (branch: string) => {
        // These git takes as the name of a ref, but not where a branch is named.
        if (branch === '@' || branch.startsWith('-')) return false;
        try {
          git('check-ref-format', `refs/heads/${branch}`);
          return true;
        } catch {
          return false;
        }
      };
      const parts = fc.constantFrom(
        ..."a.lock/..@{-~^:?*[\\ \u007f\té'#!".split(/(?<=lock)|(?!lock)/),
        'a',
        '.lock',
        '@',
        '{',
      );
      fc.assert(
        fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (array) => {
          const branch = array.join('');
          expect(wrongAnswer('branch', branch) === undefined, JSON.stringify(branch)).toBe(takes(branch));
        }),
        { numRuns: 150 },
      );
    });
  });

  it('needs no folder of its own: the current one will do', () => {
    const folder = folderWith({ Dockerfile: 'FROM scratch\n' });
    writeFileSync(join(folder, 'app.js'), '1\n');
    expect(lunchbox(['init', '--yes'], folder).code).toBe(0);
    expect(existsSync(join(folder, 'lunchbox.yaml'))).toBe(true);
  });
});
