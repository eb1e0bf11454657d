import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildImageInput } from '../../capabilities/build-image/index.ts';
import { parseRelease } from '../../generator/release/release.ts';
import { type Fake, fakeDocker } from './fake.ts';
import { build, refusal, spec } from './world.ts';

const REVISION = '0123456789abcdef0123456789abcdef01234567';
const REPOSITORY = 'registry.example/acme/shop';
const OLD = `sha256:${'a'.repeat(64)}`;

let docker: Fake;
beforeEach(() => {
  docker = fakeDocker();
  docker.write({
    'lunchbox.yaml': spec({ repository: REPOSITORY, build: {} }),
    Dockerfile: 'FROM scratch\nCOPY hello.txt /\n',
  });
});
afterEach(() => docker.remove());

const run = (input: BuildImageInput = {}, env: Record<string, string> = {}) =>
  build(docker.folder, { ...docker.env, ...env }, { revision: REVISION, ...input });

describe('a build', () => {
  it('says what it will do before it does it', async () => {
    const { log } = await run({ ref: 'refs/heads/main' });
    expect(log.slice(0, 11)).toEqual([
      `image ${REPOSITORY} for staging, prod`,
      '  context      .',
      '  Dockerfile   Dockerfile of this repository',
      `  revision     ${REVISION}`,
      '  platforms    linux/amd64',
      '  tags         sha-0123456789ab, main',
      '  cache        none: not asked for',
      '  attestations provenance (max), SBOM',
      '  builder      buildx, builder test (docker-container, BuildKit v0.34.2)',
      '  result       pushed',
      'then: write clusters/staging/release.yaml, clusters/prod/release.yaml',
    ]);
    expect(log).toContain('| #1 DONE 0.0s');
  });

  it('keeps the other images of a release', async () => {
    const other = `revision: ""\nimages:\n  registry.example/other: ${OLD}\n`;
    docker.write({ 'clusters/prod/release.yaml': other });
    const { outcome } = await run({ environments: ['prod'] });
    const digest = outcome.images[0]?.digest ?? '';
    const release = parseRelease('release.yaml', docker.read('clusters/prod/release.yaml'));
    expect(release).toEqual({
      revision: REVISION,
      images: new Map([
        ['registry.example/other', OLD],
        [REPOSITORY, digest],
      ]),
    });
    expect(docker.read('clusters/staging/release.yaml')).toBeUndefined();
  });

  it('writes the releases of all environments or of none', async () => {
    docker.write({ 'clusters/prod/release.yaml/is-a-folder': '' });
    expect(await refusal(run())).toContain('clusters/prod/release.yaml');
    expect(docker.read('clusters/staging/release.yaml')).toBeUndefined();
  });

  it('reads every release before it builds', async () => {
    docker.write({ 'clusters/prod/release.yaml': 'imagez: {}\n' });
    expect(await refusal(run())).toContain('clusters/prod/release.yaml:1:1: unknown key `imagez`');
    expect(docker.builds()).toEqual([]);
  });

  it('is skipped for what is there, unless told to build', async () => {
    const first = await run();
    const second = await run();
    expect(second.outcome.images[0]).toMatchObject({
      digest: first.outcome.images[0]?.digest,
      skipped: expect.any(String),
    });
    expect(docker.builds()).toHaveLength(1);
    await run({ rebuild: true });
    expect(docker.builds()).toHaveLength(2);
  });

  const change = (files: Record<string, string>): BuildImageInput => {
    docker.write(files);
    return {};
  };
  it.each<[string, () => BuildImageInput]>([
    ['the Dockerfile', () => change({ Dockerfile: 'FROM scratch\nCOPY other /\n' })],
    [
      'the arguments',
      () => change({ 'lunchbox.yaml': spec({ repository: REPOSITORY, build: { args: { A: 'b' } } }) }),
    ],
    [
      'the stage',
      () => change({ 'lunchbox.yaml': spec({ repository: REPOSITORY, build: { target: 'x' } }) }),
    ],
    ['the last digits of the revision', () => ({ revision: `${REVISION.slice(0, -1)}f` })],
    ['the platforms', () => ({ platforms: ['linux/amd64', 'linux/arm64'] })],
  ])('is not skipped when it differs in %s', async (_, changed) => {
    await run();
    const { outcome } = await run(changed());
    expect(outcome.images[0]?.skipped).toBeUndefined();
    expect(docker.builds()).toHaveLength(2);
  });

  it('is skipped when more platforms are there than wanted', async () => {
    await run({ platforms: ['linux/amd64', 'linux/arm64'] });
    expect((await run()).outcome.images[0]?.skipped).toBeDefined();
  });

  it('gives a Dockerfile of this repository to a git context on standard input', async () => {
    const context = `https://git.example/app.git#${REVISION}`;
    docker.write({ 'lunchbox.yaml': spec({ repository: REPOSITORY, build: { context } }) });
    const { outcome } = await run({ revision: undefined });
    const [call] = docker.builds();
    expect(call?.stdin).toBe('FROM scratch\nCOPY hello.txt /\n');
    expect(call?.args).toContain('--file=-');
    expect(call?.args.at(-1)).toBe(context);
    expect(outcome.images[0]?.revision).toBe(REVISION);
  });

  it('builds an image once for all that run it, for all their platforms', async () => {
    const text = spec({ repository: REPOSITORY, build: {} }).replace(
      'prod: {',
      'prod: { image: { build: { platforms: [linux/arm64] } },',
    );
    docker.write({ 'lunchbox.yaml': text });
    await run();
    expect(docker.builds().map(({ args }) => args.filter((arg) => arg.startsWith('--platform')))).toEqual([
      ['--platform=linux/amd64,linux/arm64'],
    ]);
  });

  it('builds the image of a workload, too', async () => {
    const image = { repository: 'registry.example/acme/job', build: { target: 'job' } };
    const text = spec({ repository: REPOSITORY, build: {} }).replace(
      'workloads:\n',
      `workloads:\n  job: { image: ${JSON.stringify(image)} }\n`,
    );
    docker.write({ 'lunchbox.yaml': text });
    const { outcome } = await run({ environments: ['prod'] });
    expect(outcome.images.map(({ repository }) => repository)).toEqual([REPOSITORY, image.repository]);
    const { images } = parseRelease('', docker.read('clusters/prod/release.yaml'));
    expect([...images.keys()].sort()).toEqual([image.repository, REPOSITORY]);
  });

  it('uses the cache of GitHub only where it is', async () => {
    await run({ cache: 'gha' });
    const env = {
      ACTIONS_RUNTIME_TOKEN: 'a-token-of-the-job',
      ACTIONS_RESULTS_URL: 'https://results.example/',
    };
    const { log } = await run({ cache: 'gha', rebuild: true }, env);
    const caches = docker.builds().map(({ args }) => args.filter((arg) => arg.startsWith('--cache')));
    expect(caches).toEqual([
      [],
      [
        '--cache-from=type=gha,scope=lunchbox-registry.example-acme-shop',
        '--cache-to=type=gha,mode=max,scope=lunchbox-registry.example-acme-shop,ignore-error=true',
      ],
    ]);
    expect(log.join('\n')).not.toContain('a-token-of-the-job');
  });

  it('attests nothing where the builder cannot, and refuses when provenance was asked for', async () => {
    docker.settings({ driver: 'docker' });
    const { outcome } = await run({ sbom: true });
    expect(outcome.images[0]?.attestations).toMatchObject({ provenance: false, sbom: false });
    expect(docker.builds()[0]?.args).toEqual(
      expect.arrayContaining(['--provenance=false', '--sbom=false', '--push']),
    );
    expect(await refusal(run({ provenance: 'min', rebuild: true }))).toContain(
      'provenance cannot be attested',
    );
  });

  it('attests with an engine that keeps images in containerd', async () => {
    docker.settings({ driver: 'docker', status: [['driver-type', 'io.containerd.snapshotter.v1']] });
    expect((await run()).outcome.images[0]?.attestations).toMatchObject({ provenance: true, sbom: true });
    expect(docker.builds()[0]?.args).toContain('--push');
  });

  it('takes the time of the source from who knows it; else the image has the time of the build', async () => {
    await run();
    await run({ rebuild: true }, { SOURCE_DATE_EPOCH: '1700000000' });
    const created = docker
      .builds()
      .map(({ args, SOURCE_DATE_EPOCH }) => [
        args.find((arg) => arg.startsWith('--label=org.opencontainers.image.created='))?.slice(41),
        SOURCE_DATE_EPOCH,
        args.includes('--output=type=registry,rewrite-timestamp=true'),
      ]);
    expect(created).toEqual([
      ['2026-01-02T03:04:05Z', undefined, false],
      ['2023-11-14T22:13:20Z', '1700000000', true],
    ]);
  });

  it('leaves the release of an environment alone whose image is not built', async () => {
    const text = spec({ repository: REPOSITORY, build: {} }).replace(
      'prod: {',
      `prod: { image: { digest: '${OLD}' },`,
    );
    docker.write({ 'lunchbox.yaml': text });
    const { outcome, log } = await run();
    expect(outcome.releases.map(({ environment }) => environment)).toEqual(['staging']);
    expect(outcome.left).toMatchObject([{ environment: 'prod', image: REPOSITORY }]);
    expect(log).toContain('then: write clusters/staging/release.yaml');
    expect(docker.read('clusters/prod/release.yaml')).toBeUndefined();
  });

  it('goes without the tag of a branch that makes none', async () => {
    const { outcome, log } = await run({ ref: 'sha-0123456789ab' });
    expect(outcome.images[0]?.tags).toEqual(['sha-0123456789ab']);
    expect(log.join('\n')).toContain('makes no tag');
  });
});

describe('without buildx', () => {
  beforeEach(() => docker.settings({ buildx: false }));

  it('builds and pushes every tag', async () => {
    const { outcome, log } = await run({ ref: 'main' });
    expect(docker.calls().map(({ args }) => args[0])).toEqual([
      'buildx',
      'version',
      'pull',
      'build',
      'push',
      'push',
      'image',
      'pull',
    ]);
    expect(outcome.images[0]).toMatchObject({
      builtWith: 'docker',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(log.join('\n')).toContain('attestations none: docker has no buildx');
  });

  it.each([
    ['28.2.2', '0'],
    ['20.10.24+dfsg1', '1'],
  ])('takes the BuildKit of the client where it has one (%s)', async (client, expected) => {
    docker.settings({ buildx: false, client });
    await run();
    expect(docker.builds()[0]?.DOCKER_BUILDKIT).toBe(expected);
  });

  it('finds the digest of an image on Docker Hub, which the engine names without its host', async () => {
    docker.write({ 'lunchbox.yaml': spec({ repository: 'docker.io/acme/shop', build: {} }) });
    expect((await run()).outcome.images[0]?.digest).toMatch(/^sha256:/);
  });

  it('does not believe a digest that is not what was pushed', async () => {
    docker.settings({ buildx: false, pushed: OLD });
    expect(await refusal(run())).toContain(`but has pushed ${OLD}`);
    expect(docker.read('clusters/prod/release.yaml')).toBeUndefined();
  });

  it('skips, and moves the tag of the branch', async () => {
    await run();
    const { outcome } = await run({ ref: 'main' });
    expect(outcome.images[0]?.skipped).toBeDefined();
    expect(
      docker
        .calls()
        .slice(-2)
        .map(({ args }) => args[0]),
    ).toEqual(['tag', 'push']);
  });
});

describe('what is refused before anything is built', () => {
  const refused = async (input: BuildImageInput = {}, env: Record<string, string> = {}) => {
    const message = await refusal(run(input, env));
    expect(docker.builds()).toEqual([]);
    return message;
  };

  it('a machine without Docker', async () => {
    expect(await refused({}, { PATH: docker.folder })).toMatch(
      /there is no `docker` program here[\s\S]*Install Docker/,
    );
  });

  it('a program that may not be run', async () => {
    docker.write({ docker: '#!/bin/sh\n' });
    chmodSync(`${docker.folder}/docker`, 0o644);
    expect(await refused({}, { PATH: docker.folder })).toContain('there is no `docker` program here');
  });

  it('an environment that is none', async () => {
    expect(await refused({ environments: ['prd'] })).toContain('prod');
  });

  it('an image with a fixed digest', async () => {
    docker.write({ 'lunchbox.yaml': spec({ repository: REPOSITORY, digest: OLD, build: {} }) });
    expect(await refused()).toMatch(/nothing to build: staging: \S+ has a fixed digest/);
  });

  it('an image that somebody else builds', async () => {
    docker.write({ 'lunchbox.yaml': spec({ repository: REPOSITORY }) });
    expect(await refused()).toContain('has no `build:` in the spec');
  });

  it('a Dockerfile that is not there', async () => {
    docker.write({
      'lunchbox.yaml': spec({
        repository: REPOSITORY,
        build: { context: 'app', dockerfile: 'x/Dockerfile' },
      }),
    });
    expect(await refused()).toContain('there is no Dockerfile at x/Dockerfile or app/x/Dockerfile');
  });

  it('a release without a push', async () => {
    expect(await refused({ push: false, release: true })).toContain('a release names a digest');
  });

  it('a revision that is unknown, or shortened', async () => {
    expect(await refused({ revision: undefined })).toContain('the revision of the source is unknown');
    expect(await refused({ revision: 'main' })).toContain('`main` is no full commit');
  });

  it('a platform that is none', async () => {
    expect(await refused({ platforms: ['linux/amd64,linux/arm64'] })).toContain('is no platform');
  });

  it('build arguments that look like secrets, without showing them', async () => {
    const args = { API_TOKEN: 'hunter2hunter2', OTHER: `ghp_${'x'.repeat(36)}` };
    docker.write({ 'lunchbox.yaml': spec({ repository: REPOSITORY, build: { args } }) });
    const message = await refused();
    expect(message).toMatch(/API_TOKEN[\s\S]*OTHER/);
    expect(message).not.toMatch(/hunter2|ghp_/);
  });

  it('two different images under one name', async () => {
    const text = spec({ repository: REPOSITORY, build: {} }).replace(
      'prod: {',
      'prod: { image: { build: { target: b } },',
    );
    docker.write({ 'lunchbox.yaml': text });
    expect(await refused()).toContain('staging and prod build different images under one name');
  });

  it('a daemon that does not answer, or not to this user', async () => {
    docker.fault(
      'buildx inspect',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    );
    expect(await refused()).toMatch(/the Docker daemon cannot be reached[\s\S]*systemctl start docker/);
    docker.settings({ buildx: false });
    docker.fault(
      'version',
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    );
    expect(await refused()).toMatch(/may not use Docker's socket[\s\S]*group `docker`/);
  });

  it('a registry that cannot be reached', async () => {
    docker.fault(
      'buildx imagetools inspect',
      `ERROR: failed to do request: Head "https://registry.example/v2/": dial tcp: lookup registry.example: no such host`,
    );
    expect(await refused()).toContain('registry.example cannot be reached');
  });
});

describe('a registry that does not show what it has', () => {
  it('does not keep the image from being built', async () => {
    docker.fault(
      'buildx imagetools',
      'ERROR: failed to authorize: failed to fetch anonymous token: 403 Forbidden',
    );
    const { outcome, log } = await run();
    expect(outcome.images[0]?.digest).toBeDefined();
    expect(log.join('\n')).toContain('cannot see whether it is there already');
  });
});

describe('a build that fails', () => {
  it('writes no release and repeats no secret', async () => {
    docker.fault(
      'buildx build',
      `#4 fetching https://someone:p4ssw0rd-x@git.example/app.git`,
      'Authorization: Bearer abcdefghijklmnop',
      `ERROR: failed to solve: value-of-a-variable \u001b[2Jghp_${'x'.repeat(36)}`,
    );
    const log: string[] = [];
    const env = { MY_TOKEN: 'value-of-a-variable' };
    const message = await refusal(
      build(
        docker.folder,
        { ...docker.env, ...env },
        { revision: REVISION },
        { log: (line) => log.push(line) },
      ),
    );
    for (const text of [message, log.join('\n')]) {
      expect(text).toContain('failed to solve');
      expect(text).not.toMatch(/p4ssw0rd|abcdefghijklmnop|value-of-a-variable|ghp_|(?!\n)\p{Cc}/u);
    }
    expect(docker.read('clusters/prod/release.yaml')).toBeUndefined();
  });

  it('prints no line that a runner would take for a command', async () => {
    docker.fault('buildx build', '::add-mask::x', '  ::warning::y', '##[error]z');
    const log: string[] = [];
    await refusal(
      build(docker.folder, docker.env, { revision: REVISION }, { log: (line) => log.push(line) }),
    );
    expect(log.filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
    expect(log.join('\n')).toContain('::warning::y');
  });
});
