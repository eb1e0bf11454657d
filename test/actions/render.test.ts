import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lunchbox, SMALLEST } from '../support/cli.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';
import { runAction } from './support/run-action.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const SPEC = SMALLEST.replace('health: /healthz }', 'health: /healthz, secrets: [TOKEN, MOTTO] }');
const fingerprintKey = randomBytes(32).toString('base64');

/** A bare remote with a rendered repository on main, and a clone of it. */
function remoteAndClone(spec = SMALLEST): { remote: GitRepository; clone: GitRepository } {
  const remote = gitRepository(['init', '-q', '--bare', '-b', 'main', '.']);
  const clone = gitRepository(['clone', '-q', remote.folder, '.']);
  clone.git('checkout', '-q', '-b', 'main');
  clone.commit('spec', { 'lunchbox.yaml': spec });
  lunchbox(['render'], clone.folder);
  clone.commit('render');
  clone.git('push', '-q', 'origin', 'main');
  return { remote, clone };
}

describe('the action render', () => {
  it('says yes to what is up to date, and shows the patch of what is not', async () => {
    const { clone } = remoteAndClone();
    const yes = await runAction('render', { workspace: clone.folder, inputs: { check: 'true' } });
    expect(yes).toMatchObject({ code: 0, outputs: { changed: 'false' } });
    clone.commit('spec', { 'lunchbox.yaml': SMALLEST.replace('replicas: 3', 'replicas: 4') });
    const no = await runAction('render', { workspace: clone.folder, inputs: { check: 'true' } });
    expect(no).toMatchObject({ code: 1, outputs: { changed: 'true' } });
    expect(no.log).toContain('committed manifests are not what lunchbox.yaml renders');
    expect(no.summary).toContain('-  replicas: 3\n+  replicas: 4');
    expect(clone.git('status', '--porcelain')).toBe('');
  });

  it('records an image, renders and commits, without touching the index', async () => {
    const { remote, clone } = remoteAndClone();
    const { code, outputs, log } = await runAction('render', {
      workspace: clone.folder,
      inputs: {
        environments: 'staging',
        image: `ghcr.io/acme/shop@${DIGEST}`,
        revision: 'c0ffee',
        commit: 'true',
        'author-name': 'Shop bot',
        'author-email': 'bot@shop.example',
        message: 'Release {environments}',
      },
      env: { GITHUB_REF: 'refs/heads/main' },
    });
    expect(log).not.toContain('::error');
    expect(code).toBe(0);
    expect(remote.git('rev-parse', 'main')).toBe(outputs.commit);
    expect(remote.git('log', '-1', '--format=%an <%ae> %s', 'main')).toBe(
      'Shop bot <bot@shop.example> Release staging',
    );
    expect(remote.git('show', '--name-only', '--format=', 'main').split('\n')).toEqual([
      'clusters/staging/manifests/web/deployment-web.yaml',
      'clusters/staging/release.yaml',
    ]);
    expect(remote.git('show', 'main:clusters/staging/release.yaml')).toContain(DIGEST);
    expect(clone.git('diff', '--cached', '--name-only')).toBe('');
    const again = await runAction('render', {
      workspace: clone.folder,
      inputs: { environments: 'staging', commit: 'true' },
      env: { GITHUB_REF: 'refs/heads/main' },
    });
    expect(again).toMatchObject({ code: 0, outputs: { commit: '' } });
    expect(again.log).toContain('nothing to commit: main has these files already');
    expect(remote.git('rev-parse', 'main')).toBe(outputs.commit);
  });

  it('commits on top of what others pushed meanwhile, and never with force', async () => {
    const { remote, clone } = remoteAndClone();
    const other = gitRepository(['clone', '-q', remote.folder, '.']);
    const theirs = other.commit('docs', { 'docs/notes.md': 'hello\n' });
    other.git('push', '-q', 'origin', 'main');
    const { code, outputs, log } = await runAction('render', {
      workspace: clone.folder,
      inputs: { environments: 'prod', image: DIGEST, commit: 'true' },
      env: { GITHUB_REF: 'refs/heads/main' },
    });
    expect(code).toBe(0);
    expect(log).toContain('main has moved; trying again on top of it');
    expect(remote.git('rev-parse', 'main^')).toBe(theirs);
    expect(remote.git('rev-parse', 'main')).toBe(outputs.commit);
    expect(remote.git('show', 'main:docs/notes.md')).toBe('hello');
  });

  it.each(['is ahead of main', 'has parted from main'])(
    'pushes nothing of a branch that %s: it was not reviewed',
    async (how) => {
      const { remote, clone } = remoteAndClone();
      if (how.startsWith('has parted')) {
        const other = gitRepository(['clone', '-q', remote.folder, '.']);
        other.commit('docs', { 'docs/notes.md': 'hello\n' });
        other.git('push', '-q', 'origin', 'main');
      }
      const before = remote.git('rev-parse', 'main');
      clone.git('checkout', '-q', '-b', 'feature');
      const feature = clone.commit('not reviewed', { 'app.txt': 'new\n' });
      clone.git('push', '-q', 'origin', 'feature');
      clone.git('checkout', '-q', '--detach', feature);
      const { code, log } = await runAction('render', {
        workspace: clone.folder,
        inputs: { environments: 'prod', image: DIGEST, commit: 'true', branch: 'main' },
        env: { GITHUB_REF: 'refs/heads/feature' },
      });
      expect(code).toBe(1);
      expect(log).toContain(`this run began from ${feature.slice(0, 12)}, which is not on main`);
      expect(remote.git('rev-parse', 'main')).toBe(before);
    },
  );

  it('makes a branch that the remote does not have', async () => {
    const { remote, clone } = remoteAndClone();
    const { code, outputs } = await runAction('render', {
      workspace: clone.folder,
      inputs: { environments: 'prod', image: DIGEST, commit: 'true', branch: 'next' },
      env: { GITHUB_REF: 'refs/heads/main' },
    });
    expect(code).toBe(0);
    expect(remote.git('rev-parse', 'next')).toBe(outputs.commit);
  });

  it('gives way to a newer commit that changes what was rendered from', async () => {
    const { remote, clone } = remoteAndClone();
    const other = gitRepository(['clone', '-q', remote.folder, '.']);
    const theirs = other.commit('spec', { 'lunchbox.yaml': SMALLEST.replace('replicas: 3', 'replicas: 5') });
    other.git('push', '-q', 'origin', 'main');
    const { code, log } = await runAction('render', {
      workspace: clone.folder,
      inputs: { environments: 'prod', image: DIGEST, commit: 'true' },
      env: { GITHUB_REF: 'refs/heads/main' },
    });
    expect(code).toBe(1);
    expect(log).toContain('which changes lunchbox.yaml: what was rendered here is out of date');
    expect(remote.git('rev-parse', 'main')).toBe(theirs);
  });

  it('says what a remote that refuses has said', async () => {
    const { remote, clone } = remoteAndClone();
    const hooks = join(remote.folder, 'hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(
      join(hooks, 'pre-receive'),
      '#!/bin/sh\necho "GH006: Protected branch update failed" >&2\nexit 1\n',
    );
    chmodSync(join(hooks, 'pre-receive'), 0o755);
    const { code, log } = await runAction('render', {
      workspace: clone.folder,
      inputs: { environments: 'prod', image: DIGEST, commit: 'true' },
      env: { GITHUB_REF: 'refs/heads/main' },
    });
    expect(code).toBe(1);
    expect(log).toContain('GH006: Protected branch update failed');
    expect(log).toContain('Let this workflow push to main');
  });

  it('refuses to commit where there is no branch, and to check and change at once', async () => {
    const { clone } = remoteAndClone();
    const tag = await runAction('render', {
      workspace: clone.folder,
      inputs: { commit: 'true' },
      env: { GITHUB_REF: 'refs/pull/7/merge' },
    });
    expect(tag.log).toContain('this run is not about a branch but about refs/pull/7/merge');
    const both = await runAction('render', {
      workspace: clone.folder,
      inputs: { check: 'true', commit: 'true' },
    });
    expect(both.log).toContain('`check` writes nothing, and `commit` would');
  });
});

describe('the action render with secrets', () => {
  const { clone } = remoteAndClone(SPEC.replace('TOKEN, MOTTO', 'TOKEN, MOTTO'));
  const keys = mkdtempSync(join(tmpdir(), 'lunchbox-keys-'));
  lunchbox(['keys', 'new', 'prod', '--out', join(keys, 'prod.key')], clone.folder);
  const canary = 'c4nary-"quoted" \\ $HOME #and more';
  const given = (values: Record<string, string | null>) =>
    Object.entries(values)
      .map(([item, value]) => `${item}: ${JSON.stringify(value)}`)
      .join('\n');
  const seal = (secrets: string, inputs: Record<string, string> = {}) =>
    runAction('render', {
      workspace: clone.folder,
      inputs: { environments: 'prod', secrets, 'fingerprint-key': fingerprintKey, ...inputs },
    });
  const store = () => readFileSync(join(clone.folder, 'clusters/prod/secrets.yaml'), 'utf8');

  it('seals what it is given, keeps what has not changed, carries over what it is not given', async () => {
    const first = await seal(given({ TOKEN: canary, MOTTO: 'per aspera' }));
    expect(first.log).not.toContain('::error');
    expect(first).toMatchObject({ code: 0, outputs: { changed: 'true' } });
    const sealed = store();
    const second = await seal(given({ TOKEN: canary, MOTTO: 'per aspera' }));
    expect(second.outputs.changed).toBe('false');
    expect(store()).toBe(sealed);
    const fork = await seal(given({ TOKEN: '', MOTTO: null }), { 'fingerprint-key': '' });
    expect(fork.code).toBe(0);
    expect(fork.log).toContain('not given to this run, kept as it is: TOKEN, MOTTO');
    expect(store()).toBe(sealed);
    const rotated = await seal(given({ TOKEN: 'other', MOTTO: 'per aspera' }));
    expect(rotated.log).toContain('sealed: TOKEN');
    expect(rotated.log).toContain('unchanged: MOTTO');
    const opened = lunchbox(['unseal', 'prod', '--key', join(keys, 'prod.key'), '--json'], clone.folder);
    expect(JSON.parse(opened.out)).toMatchObject({ TOKEN: 'other', MOTTO: 'per aspera' });
  });

  it('opens again as exactly what was given', async () => {
    await seal(given({ TOKEN: canary, MOTTO: 'x' }));
    const opened = lunchbox(['unseal', 'prod', '--key', join(keys, 'prod.key'), '--json'], clone.folder);
    expect(JSON.parse(opened.out)).toMatchObject({ TOKEN: canary });
  });

  it.each([
    ['a line that is no JSON string', `TOKEN: ${'s3cr3t-plain'}`, {}, 'not an item with a JSON string'],
    ['two values for one item', 'TOKEN: "a1"\nTOKEN: "a2"', {}, 'two values for `TOKEN`'],
    ['several environments', 'TOKEN: "a1"', { environments: '' }, '`secrets` are those of one environment'],
    ['no fingerprint key', 'TOKEN: "a1"', { 'fingerprint-key': '' }, '`secrets` needs `fingerprint-key`'],
    [
      'an item that was never sealed',
      'OTHER: ""',
      {},
      '`OTHER` has no value here, and clusters/prod/secrets.yaml holds none',
    ],
    ['a value with a newline at its end', 'TOKEN: "a1\\n"', {}, '`TOKEN`'],
  ])('refuses %s, and says nothing of the value', async (_, secrets, inputs, message) => {
    const before = store();
    const { code, log } = await seal(secrets, inputs);
    expect(code).toBe(1);
    expect(log).toContain(message);
    expect(log.replaceAll(/::add-mask::.*/g, '')).not.toContain('s3cr3t-plain');
    expect(store()).toBe(before);
  });
});
