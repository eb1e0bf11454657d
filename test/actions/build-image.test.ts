import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Fake, fakeDocker } from '../build-image/fake.ts';
import { spec } from '../build-image/world.ts';
import { folderWith } from '../support/cli.ts';
import { runAction } from './support/run-action.ts';

/* Only what needs no engine: with a program that stands in for `docker`. The real one is in test/build-image. */

const REPOSITORY = 'registry.example/acme/shop';

describe('the action build-image', () => {
  let docker: Fake;
  beforeEach(() => {
    docker = fakeDocker();
    docker.write({
      'lunchbox.yaml': spec({ repository: REPOSITORY, build: { context: '.' } }),
      Dockerfile: 'FROM scratch\nCOPY hello.txt /\n',
      'hello.txt': 'hello\n',
    });
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@shop.example', ...args], {
        cwd: docker.folder,
      });
    git('init', '-q', '-b', 'main', '.');
    git('add', '-A');
    git('commit', '-q', '-m', 'start');
  });
  afterEach(() => docker.remove());

  const run = (inputs: Record<string, string> = {}, env: Record<string, string> = {}) =>
    runAction('build-image', {
      workspace: docker.folder,
      inputs: { cache: 'none', ...inputs },
      env: { ...docker.env, GITHUB_REF: 'refs/heads/release/1.x', ...env },
    });
  /** A failure: red, told to the runner as an error, with no outputs, and no release. */
  const failure = async (...args: Parameters<typeof run>) => {
    const result = await run(...args);
    expect(result).toMatchObject({ code: 1, outputs: {}, summary: '' });
    expect(result.log).toMatch(/^::error/m);
    expect(result.log + result.err).not.toContain('mistake in Lunchbox');
    expect(docker.read('clusters/prod/release.yaml')).toBeUndefined();
    return result.log;
  };

  it('builds, pushes, records the digest, and says so', async () => {
    const { code, outputs, summary, log } = await run();
    expect({ code, log: log.includes('::error') }).toEqual({ code: 0, log: false });
    const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: docker.folder, encoding: 'utf8' });
    const revision = stdout.trim();
    expect(outputs).toMatchObject({ revision, skipped: 'false' });
    expect(outputs.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(outputs.image).toBe(`${REPOSITORY}@${outputs.digest}`);
    for (const environment of ['staging', 'prod']) {
      const text = docker.read(`clusters/${environment}/release.yaml`) ?? '';
      expect(JSON.stringify(parse(text)), environment).toContain(outputs.digest);
    }
    for (const tag of [`sha-${revision.slice(0, 12)}`, 'release-1.x']) expect(summary).toContain(tag);
    expect(summary).toContain(outputs.digest);
  });

  it('builds nothing that the registry has', async () => {
    await run({ release: 'false' });
    const { outputs, summary } = await run({ release: 'false' });
    expect(outputs).toMatchObject({ skipped: 'true', digest: expect.stringMatching(/^sha256:/) });
    expect(docker.builds()).toHaveLength(1);
    expect(summary).not.toContain('| built |');
  });

  it('leaves what it is told to leave', async () => {
    const { outputs } = await run({ push: 'false' });
    expect(outputs).toMatchObject({ image: '', digest: '' });
    await run({ release: 'false', rebuild: 'true' });
    expect(docker.read('clusters/prod/release.yaml')).toBeUndefined();
  });

  describe('says what to do', () => {
    it('without Docker', async () => {
      const log = await failure({}, { PATH: folderWith({}) });
      expect(log).toMatch(/::error::there is no `docker` program here.*Install Docker/);
    });

    it('when the daemon does not answer', async () => {
      docker.fault(
        'buildx inspect',
        'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      );
      expect(await failure()).toMatch(/::error::the Docker daemon cannot be reached/);
    });

    it('when nobody is logged in', async () => {
      docker.fault(
        'buildx build',
        `ERROR: failed to push ${REPOSITORY}:main: unexpected status: 401 Unauthorized`,
      );
      expect(await failure()).toMatch(
        /::error::you are not logged in at registry\.example.*docker\/login-action before this step/,
      );
    });

    it('when the push is refused', async () => {
      docker.fault('buildx build', `ERROR: failed to push ${REPOSITORY}:main: denied: permission_denied`);
      expect(await failure()).toMatch(/::error::registry\.example refuses the push.*packages: write/);
    });

    it('when there is no Dockerfile', async () => {
      rmSync(join(docker.folder, 'Dockerfile'));
      expect(await failure()).toMatch(/::error::[^\n]*there is no Dockerfile at Dockerfile/);
      expect(docker.builds()).toEqual([]);
    });

    it('when a step fails: with its last lines, and no secret', async () => {
      docker.fault(
        'buildx build',
        '#7 0.3 npm error missing script: build',
        '#7 0.3 https://someone:p4ssw0rd-x@npm.example/',
        '::set-env name=PATH::/evil',
        'ERROR: failed to build: failed to solve: process "/bin/sh -c npm run build" did not complete successfully: exit code: 1',
      );
      const log = await failure();
      expect(log).toMatch(/::error::.*npm error missing script: build/);
      expect(log).not.toContain('p4ssw0rd-x');
      expect(log).not.toMatch(/^\s*::set-env/m);
    });

    it('for an input that there is not', async () => {
      expect(await failure({ plattform: 'linux/amd64' })).toMatch(
        /::error::build-image has no input `plattform`; did you mean `platform`\?.*Inputs: environments,/,
      );
      expect(docker.calls()).toEqual([]);
    });

    it.each([
      [{ push: 'maybe' }, 'the input `push` is true or false, not `maybe`'],
      [{ platform: 'windows' }, '`windows` is no platform'],
      [{ provenance: 'much' }, '`much` is no kind of provenance'],
      [{ environments: 'prd' }, 'did you mean `prod`?'],
      [{ revision: 'main' }, '`main` is no full commit'],
      [{ 'working-directory': 'nowhere' }, 'there is no folder'],
    ])('for the input %o', async (inputs, message) => {
      expect(await failure(inputs)).toContain(message);
      expect(docker.builds()).toEqual([]);
    });

    it('when nothing here is to be built', async () => {
      docker.write({ 'lunchbox.yaml': spec({ repository: REPOSITORY }) });
      expect(await failure()).toContain('has no `build:` in the spec');
    });
  });
});
