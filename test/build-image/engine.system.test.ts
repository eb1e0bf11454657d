import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRelease } from '../../generator/release/release.ts';
import { commitFiles, missing, Services, textOf } from './services.ts';
import { build, refusal, spec } from './world.ts';

const lacking = missing();
const run = lacking.length === 0 || process.env.LUNCHBOX_REQUIRE_ALL;
const title = run
  ? 'a real engine and registry'
  : `a real engine and registry (not run: no ${lacking.join(', ')})`;

/** Password: `right`. */
const HTPASSWD = 'someone:$2b$04$uYm1HTkHUsPwF/btiFhgaeXEG0AlsOca3op9WDQhtfIPzCVkAzaSa\n';
const REVISION = 'org.opencontainers.image.revision';

interface Manifest {
  digest: string;
  labels: Record<string, string>;
}

const TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  // Without these an old registry would show an index as one of its images.
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];

/** Asked over HTTP, past everything that is tested; an index fails. */
async function fromRegistry(registry: string, name: string, tag: string): Promise<Manifest> {
  const headers = { accept: TYPES.join(', ') };
  const answer = await fetch(`http://${registry}/v2/${name}/manifests/${tag}`, { headers });
  const manifest = (await answer.json()) as { config: { digest: string } };
  const config = await fetch(`http://${registry}/v2/${name}/blobs/${manifest.config.digest}`);
  const { config: inner } = (await config.json()) as { config: { Labels: Record<string, string> } };
  return { digest: answer.headers.get('docker-content-digest') ?? '', labels: inner.Labels };
}

describe.skipIf(!run)(title, () => {
  let services: Services;
  let registry: string;
  let guarded: string;
  let git: string;
  let buildx: Record<string, string>;
  let plain: Record<string, string>;
  let appCommit: string;
  const folder = (name: string) => join(services.folder, name);

  beforeAll(async () => {
    expect(lacking).toEqual([]);
    services = new Services();
    await services.startEngine();
    registry = await services.startRegistry('open');
    guarded = await services.startRegistry('guarded', HTPASSWD);
    buildx = services.clientEnv('buildx');
    plain = services.clientEnv('plain', { buildx: false });
    // Its Dockerfile is there to be passed over.
    appCommit = commitFiles(folder('app'), {
      'app.txt': 'app\n',
      Dockerfile: 'FROM scratch\nCOPY app.txt /own\n',
    });
    mkdirSync(folder('served'));
    execFileSync('git', ['clone', '--quiet', '--bare', folder('app'), folder('served/app.git')]);
    execFileSync('git', ['config', 'uploadpack.allowAnySHA1InWant', 'true'], {
      cwd: folder('served/app.git'),
    });
    git = await services.startGit(folder('served'));
  });
  afterAll(() => services?.stop());

  it('builds, pushes, records the digest, and skips the second time', async () => {
    const repository = `${registry}/acme/shop`;
    const commit = commitFiles(folder('shop'), {
      'lunchbox.yaml': spec({ repository, build: { context: 'the app', dockerfile: 'the app/Dockerfile' } }),
      'the app/Dockerfile': 'FROM scratch\nCOPY hello.txt /\n',
      'the app/hello.txt': 'hello\n',
    });
    const input = {
      ref: 'refs/heads/feature/$(id) "x"',
      repositoryUrl: 'https://someone:secret@git.example/shop.git',
    };
    const first = await build(folder('shop'), buildx, input);
    const tags = [`sha-${commit.slice(0, 12)}`, 'feature-id-x'];
    const [image] = first.outcome.images;
    expect(image).toMatchObject({ repository, tags, revision: commit, builtWith: 'buildx' });
    expect(image?.skipped).toBeUndefined();
    expect(image?.attestations).toMatchObject({ provenance: false, sbom: false });
    const there = await fromRegistry(registry, 'acme/shop', tags[0] ?? '');
    expect(image?.digest).toBe(there.digest);
    expect(there.labels).toMatchObject({
      [REVISION]: commit,
      'org.opencontainers.image.source': 'https://git.example/shop',
      'org.opencontainers.image.created': '2023-11-14T22:13:20Z',
    });
    expect((await fromRegistry(registry, 'acme/shop', 'feature-id-x')).digest).toBe(there.digest);
    for (const environment of ['staging', 'prod']) {
      const path = `clusters/${environment}/release.yaml`;
      const release = parseRelease(path, textOf(folder(`shop/${path}`)));
      expect(release).toEqual({ revision: commit, images: new Map([[repository, there.digest]]) });
    }
    expect(first.log.join('\n')).not.toContain('secret@');

    const second = await build(folder('shop'), buildx, { ...input, ref: 'main' });
    expect(second.outcome.images[0]).toMatchObject({
      digest: there.digest,
      skipped: expect.stringContaining('already'),
    });
    expect(second.outcome.releases.map(({ changed }) => changed)).toEqual([false, false]);
    expect((await fromRegistry(registry, 'acme/shop', 'main')).digest).toBe(there.digest);

    const third = await build(folder('shop'), buildx, { ...input, rebuild: true });
    expect(third.outcome.images[0]?.skipped).toBeUndefined();
  });

  it.each(['buildx', 'docker'] as const)(
    'builds a git context at its commit with the Dockerfile of this repository (%s)',
    async (kind) => {
      const env = kind === 'buildx' ? buildx : plain;
      const repository = `${registry}/acme/remote-${kind}`;
      const context = `${git}/app.git#${appCommit}`;
      const files = {
        'lunchbox.yaml': spec({ repository, build: { context, dockerfile: 'packed/Dockerfile' } }),
        'packed/Dockerfile': 'FROM scratch\nCOPY app.txt /packed-here\n',
      };
      commitFiles(folder(kind), files);
      const first = await build(folder(kind), env);
      expect(first.outcome.images[0]).toMatchObject({ builtWith: kind, revision: appCommit });
      expect(first.log.join('\n')).toContain('/packed-here');
      const tag = `sha-${appCommit.slice(0, 12)}`;
      const there = await fromRegistry(registry, `acme/remote-${kind}`, tag);
      expect(there).toMatchObject({
        digest: first.outcome.images[0]?.digest,
        labels: { [REVISION]: appCommit },
      });
      expect(textOf(folder(`${kind}/clusters/prod/release.yaml`))).toContain(appCommit);

      expect((await build(folder(kind), env)).outcome.images[0]?.skipped).toContain(tag);

      // The source's commit is the same, but the image is another.
      commitFiles(folder(kind), { 'packed/Dockerfile': 'FROM scratch\nCOPY app.txt /elsewhere\n' });
      const changed = await build(folder(kind), env);
      expect(changed.outcome.images[0]?.skipped).toBeUndefined();
      expect(changed.log.join('\n')).toContain('another Dockerfile');
      expect(changed.outcome.images[0]?.digest).not.toBe(there.digest);
    },
  );

  it("takes the context's own Dockerfile where this repository has none", async () => {
    const repository = `${registry}/acme/own`;
    const context = `${git}/app.git#${appCommit}`;
    commitFiles(folder('own'), { 'lunchbox.yaml': spec({ repository, build: { context } }) });
    const { log } = await build(folder('own'), buildx);
    expect(log.join('\n')).toMatch(/Dockerfile {3}Dockerfile of the context[\s\S]*COPY app\.txt \/own/);
  });

  it('builds without buildx, and gives the digest that the registry has', async () => {
    const repository = `${registry}/acme/plain`;
    const commit = commitFiles(folder('plain'), {
      'lunchbox.yaml': spec({ repository, build: {} }),
      Dockerfile: 'FROM scratch\nCOPY lunchbox.yaml /\n',
    });
    const { outcome } = await build(folder('plain'), plain, { ref: 'main' });
    const there = await fromRegistry(registry, 'acme/plain', 'main');
    expect(outcome.images[0]).toMatchObject({
      builtWith: 'docker',
      digest: there.digest,
      attestations: { provenance: false, sbom: false, reason: 'docker has no buildx' },
    });
    expect(there.labels[REVISION]).toBe(commit);
    const again = await build(folder('plain'), plain, { ref: 'other' });
    expect(again.outcome.images[0]?.skipped).toBeDefined();
    expect((await fromRegistry(registry, 'acme/plain', 'other')).digest).toBe(there.digest);
  });

  it('keeps an image that is not pushed in the engine, and writes no release', async () => {
    const repository = `${registry}/acme/kept`;
    const commit = commitFiles(folder('kept'), {
      'lunchbox.yaml': spec({ repository, build: {} }),
      Dockerfile: 'FROM scratch\nCOPY lunchbox.yaml /\n',
    });
    const { outcome } = await build(folder('kept'), buildx, { push: false });
    expect(outcome).toMatchObject({ releases: [] });
    expect(outcome.images[0]?.digest).toBeUndefined();
    const reference = `${repository}:sha-${commit.slice(0, 12)}`;
    const shown = execFileSync('docker', ['image', 'inspect', reference], {
      env: { ...process.env, ...buildx },
    });
    expect(shown.toString()).toContain(commit);
    expect((await fetch(`http://${registry}/v2/acme/kept/tags/list`)).status).toBe(404);
  });

  describe('what is refused', () => {
    const shop = (name: string, image: object, files: Record<string, string> = {}) => {
      commitFiles(folder(name), {
        'lunchbox.yaml': spec({ repository: `${registry}/acme/${name}`, build: {}, ...image }),
        Dockerfile: 'FROM scratch\nCOPY lunchbox.yaml /\n',
        ...files,
      });
      return folder(name);
    };

    it.each(['buildx', 'plain'])('a push without login, and then with it (%s)', async (client) => {
      const env = client === 'buildx' ? buildx : plain;
      const at = shop(`login-${client}`, { repository: `${guarded}/acme/login-${client}` });
      const message = await refusal(build(at, env));
      expect(message).toMatch(/you are not logged in at 127\.0\.0\.1:\d+[\s\S]*docker login 127/);
      expect(() => textOf(join(at, 'clusters/prod/release.yaml'))).toThrow('ENOENT');
      execFileSync('docker', ['login', '--username=someone', '--password-stdin', guarded], {
        env: { ...process.env, ...env },
        input: 'right',
        stdio: 'pipe',
      });
      const { outcome } = await build(at, env);
      expect(outcome.releases.map(({ changed }) => changed)).toEqual([true, true]);
      execFileSync('docker', ['logout', guarded], { env: { ...process.env, ...env }, stdio: 'pipe' });
    });

    it.each(['buildx', 'plain'])('a step that fails (%s)', async (client) => {
      const at = shop(`fails-${client}`, {}, { Dockerfile: 'FROM scratch\nCOPY nothing /there\n' });
      const message = await refusal(build(at, client === 'buildx' ? buildx : plain));
      expect(message).toMatch(/could not build .*: failed at `\[\S+ ?\S*\] COPY nothing \/there`/);
      expect(message).toMatch(/not found|no such file/i);
    });

    it.each(['buildx', 'plain'])('a registry that nobody serves (%s)', async (client) => {
      const at = shop(`nobody-${client}`, { repository: '127.0.0.1:9/acme/shop' });
      const message = await refusal(build(at, client === 'buildx' ? buildx : plain));
      expect(message).toMatch(/could not look for .*: 127\.0\.0\.1:9 cannot be reached/);
    });

    it.each(['buildx', 'plain'])('an engine that does not run (%s)', async (client) => {
      const env = {
        ...(client === 'buildx' ? buildx : plain),
        DOCKER_HOST: `unix://${folder('nothing.sock')}`,
      };
      expect(await refusal(build(shop(`engine-${client}`, {}), env))).toContain(
        'the Docker daemon cannot be reached',
      );
    });

    it.each(['buildx', 'plain'])('a commit that the git context does not have (%s)', async (client) => {
      const context = `${git}/app.git#${'0'.repeat(40)}`;
      const at = shop(`commit-${client}`, { build: { context } });
      const message = await refusal(build(at, client === 'buildx' ? buildx : plain));
      expect(message).toContain('the git context cannot be fetched');
    });

    it.each(['buildx', 'plain'])('a Dockerfile that nobody has (%s)', async (client) => {
      const context = `${git}/app.git#${appCommit}`;
      const at = shop(`dockerfile-${client}`, { build: { context, dockerfile: 'deploy/Dockerfile' } });
      const message = await refusal(build(at, client === 'buildx' ? buildx : plain));
      expect(message).toContain('neither this repository nor the context has the Dockerfile');
    });

    it.each(['buildx', 'plain'])('a base image that cannot be fetched (%s)', async (client) => {
      const at = shop(
        `base-${client}`,
        {},
        { Dockerfile: 'FROM 127.0.0.1:9/nobody/base:1\nCOPY lunchbox.yaml /\n' },
      );
      const message = await refusal(build(at, client === 'buildx' ? buildx : plain));
      expect(message).toMatch(/a base image cannot be fetched|127\.0\.0\.1:9 cannot be reached/);
    });

    it('files that differ from the commit, and a commit that is not checked out', async () => {
      const at = shop('dirty', {}, { 'a file.txt': 'one\n' });
      await build(at, buildx);
      writeFileSync(join(at, 'a file.txt'), 'two\n');
      expect(await refusal(build(at, buildx))).toMatch(/files differ from [0-9a-f]{12}.*: a file\.txt\n/);
      expect((await build(at, buildx, { push: false })).outcome.images).toHaveLength(1);
      const before = commitFiles(at, { 'a file.txt': 'three\n' });
      const now = commitFiles(at, { 'a file.txt': 'four\n' });
      expect(await refusal(build(at, buildx, { revision: before }))).toContain(
        `${before} is to be built, but ${now}`,
      );
      // What Lunchbox itself writes is no part of the app.
      writeFileSync(join(at, 'clusters/prod/release.yaml'), '# other\nrevision: ""\nimages: {}\n');
      expect((await build(at, buildx)).outcome.releases.map(({ changed }) => changed)).toEqual([true, true]);
    });

    it('several platforms without a builder for them', async () => {
      const message = await refusal(
        build(shop('platforms', {}), buildx, { platforms: ['linux/amd64', 'linux/arm64'] }),
      );
      expect(message).toContain('builds for one platform at a time');
    });
  });
});
