#!/usr/bin/env node
// Makes a release of what is checked out: the bundles of the actions on a commit beside main, tagged vX.Y.Z and vX, and
// the command line as a package that needs nothing else. `--push` also pushes the tags; main itself is never touched.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version, repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [tag, major] = [`v${version}`, `v${version.split('.')[0]}`];
const github = process.env.GITHUB_REPOSITORY ?? repository.replace(/^github:/, '');

const git = (args, env = {}, input) =>
  execFileSync('git', args, {
    cwd: root,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...env },
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  }).trim();
const node = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
const stop = (message) => {
  console.error(message);
  process.exit(1);
};

const push = process.argv.includes('--push');
if (git(['status', '--porcelain']) !== '')
  stop('there are changes that are not committed: commit them first');
if (git(['tag', '--list', tag]) !== '' || (push && published()))
  stop(`${tag} is there already: raise \`version\` in package.json`);

node('scripts/build-actions.mjs');
node('scripts/build.mjs', '--quiet');
const commit = commitBundles();
git(['tag', '--annotate', tag, '--message', tag, commit], identity());
git(['tag', '--force', '--annotate', major, '--message', tag, commit], identity());
const file = packCommandLine(commit);
console.log(`${tag} is ${commit}\n${file}`);
console.log(`uses: ${github}/actions/diff@${commit} # ${tag}`);
if (push) pushTags();

/** Whether the remote has this version, even if it was not fetched. */
function published() {
  try {
    return git(['ls-remote', 'origin', `refs/tags/${tag}`], authorization()) !== '';
  } catch (error) {
    return stop(`origin cannot be reached: ${said(error)}`);
  }
}

/** Both tags or none. The major one moves: whoever uses it has asked for that. */
function pushTags() {
  try {
    git(['push', '--atomic', 'origin', `refs/tags/${tag}`, `+refs/tags/${major}`], authorization());
  } catch (error) {
    git(['tag', '--delete', tag]);
    stop(`nothing was published, origin refuses the tags: ${said(error)}`);
  }
}

/** What git said, without the user and password of an address. */
function said(error) {
  return String(error.stderr ?? error.message)
    .trim()
    .replace(/:\/\/[^\s/@]+@/g, '://');
}

/** What is checked out and the bundles, as a commit that no branch has. */
function commitBundles() {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-release-'));
  const env = { ...identity(), GIT_INDEX_FILE: join(folder, 'index') };
  try {
    git(['read-tree', 'HEAD'], env);
    const bundles = readdirSync(join(root, 'actions'))
      .map((name) => `actions/${name}/dist`)
      .filter((path) => existsSync(join(root, path)));
    git(['add', '--force', ...bundles], env);
    const tree = git(['write-tree'], env);
    return git(['commit-tree', tree, '-p', 'HEAD', '-F', '-'], env, `Release ${tag}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `release/lunchbox-X.Y.Z.tgz`, for `npm install --global FILE`: everything is in it, so nothing is downloaded. */
function packCommandLine(released) {
  const staging = mkdtempSync(join(tmpdir(), 'lunchbox-pack-'));
  const out = join(root, 'release');
  try {
    for (const path of ['cli/bin.mjs', 'dist', 'schemas', 'LICENSE']) {
      cpSync(join(root, path), join(staging, path), {
        recursive: true,
        filter: (name) => !name.endsWith('meta.json'),
      });
    }
    for (const name of ['kubeconform-bin', '@bjorn3/browser_wasi_shim']) {
      cpSync(join(root, 'node_modules', name), join(staging, 'node_modules', name), {
        recursive: true,
        dereference: true,
      });
    }
    const { license, description, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const kubeconform = JSON.parse(readFileSync(join(root, 'packages/kubeconform-bin/package.json'), 'utf8'));
    const manifest = {
      name: 'lunchbox',
      version,
      description,
      license,
      type: 'module',
      bin: { lunchbox: 'cli/bin.mjs' },
      engines,
      repository,
      files: ['cli', 'dist', 'schemas', 'release.json'],
      dependencies: { 'kubeconform-bin': kubeconform.version },
      bundleDependencies: ['kubeconform-bin'],
    };
    writeFileSync(join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    const release = { repository: github, commit: released, version: tag };
    writeFileSync(join(staging, 'release.json'), `${JSON.stringify(release, null, 2)}\n`);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { cwd: staging });
    const [name] = readdirSync(out);
    const sum = createHash('sha256')
      .update(readFileSync(join(out, name)))
      .digest('hex');
    writeFileSync(join(out, 'SHA256SUMS'), `${sum}  ${name}\n`);
    return `release/${name}`;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function identity() {
  const [name, email] = ['lunchbox', 'lunchbox@users.noreply.github.com'];
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** The token goes by the environment: no list of processes shows it. */
function authorization() {
  const { GITHUB_TOKEN: token, GITHUB_SERVER_URL: server = 'https://github.com' } = process.env;
  if (!token) return {};
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
  };
}
