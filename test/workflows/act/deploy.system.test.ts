import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { missing, Services } from '../../build-image/services.ts';
import type { GitRepository } from '../../support/git.ts';
import { leaks } from '../../support/leak-scan.ts';
import { jobEvents } from './jobs.ts';
import { Runner } from './runner.ts';
import { startRepository, succeed } from './start-repository.ts';

const lacking = missing();
const run = lacking.length === 0 || process.env.LUNCHBOX_REQUIRE_ALL !== undefined;
const title = `deploy.yml, run by act${lacking.length > 0 ? ` (not run without ${lacking.join(', ')})` : ''}`;
const TOKEN = 'ghs_test-of-deploy-0123456789';
const KEY = 'the private half of a key of staging';

/** What builds: Docker's engine, as on a developer's machine, and a BuildKit, which can also attest. */
const BUILDERS = ['an engine', 'a BuildKit'] as const;

describe.skipIf(!run).each(BUILDERS)(`${title}, with %s`, (builder) => {
  let services: Services;
  let client: Record<string, string>;
  let registry: string;
  let runner: Runner;
  let work: GitRepository;
  /** The commit that last changed the app. */
  let source: string;

  beforeAll(async () => {
    services = new Services();
    registry = await services.startRegistry('registry');
    if (builder === 'an engine') {
      await services.startEngine();
      client = services.clientEnv('deploy');
    } else client = await services.startBuildKit('deploy');
    runner = new Runner();
    source = startRepository(runner, `${registry}/acme/shop`);
    work = runner.clone();
    if (builder === 'an engine') return;
    // The scanner that makes an SBOM is an image of its own, which not every machine can fetch.
    const file = join(work.folder, '.github/workflows/deploy.yml');
    const text = readFileSync(file, 'utf8').replace(
      'release: false',
      'sbom: false\n          release: false',
    );
    work.commit('Make no SBOM', { '.github/workflows/deploy.yml': text });
  });
  afterAll(async () => {
    runner?.remove();
    await services.stop();
  });

  /** Pushes main and runs the workflow as for that push. */
  async function push() {
    work.git('push', '-q', 'origin', 'HEAD:refs/heads/main');
    return started();
  }

  /** Runs the workflow as for the push of what is checked out. */
  async function started() {
    const sha = work.git('rev-parse', 'HEAD');
    const result = await runner.run(work.folder, 'push', 'deploy.yml', {
      payload: { ref: 'refs/heads/main', after: sha, repository: { full_name: 'acme/shop' } },
      env: { ...client, EXPECTED_KEY: KEY },
      secrets: { GITHUB_TOKEN: TOKEN, DEPLOY_SSH_KEY: KEY },
    });
    return { ...result, sha };
  }

  /** What is on main now, in a clone of its own. */
  function delivered() {
    work.git('fetch', '-q', runner.origin, 'main');
    work.git('merge', '-q', '--ff-only', 'FETCH_HEAD');
    const release = (environment: string) =>
      parse(work.git('show', `HEAD:clusters/${environment}/release.yaml`));
    return { staging: release('staging'), prod: release('prod') };
  }

  const digestOf = async (tag: string) => {
    const answer = await fetch(`http://${registry}/v2/acme/shop/manifests/${tag}`, {
      headers: {
        // Without Docker's an old registry would make up a manifest of its first version, with another digest.
        accept: [
          'application/vnd.oci.image.index.v1+json',
          'application/vnd.oci.image.manifest.v1+json',
          'application/vnd.docker.distribution.manifest.list.v2+json',
          'application/vnd.docker.distribution.manifest.v2+json',
        ].join(', '),
      },
    });
    return answer.headers.get('docker-content-digest');
  };

  it('builds the image, and commits the release of each environment in turn', async () => {
    const { code, log, sha } = await push();
    expect(code, log).toBe(0);
    const digest = await digestOf(`sha-${source.slice(0, 12)}`);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const { staging, prod } = delivered();
    expect(staging.images).toEqual({ [`${registry}/acme/shop`]: digest });
    expect(prod).toEqual(staging);
    expect(work.git('log', '--format=%s', `${sha}..HEAD`).split('\n')).toEqual([
      `Release prod: ${source}`,
      `Release staging: ${source}`,
    ]);
    // What was committed is what the spec renders with that image.
    succeed(work, ['render', '--check']);
    expect(work.git('show', 'HEAD:clusters/prod/manifests/web/deployment-web.yaml')).toContain(`${digest}`);
    expect(jobEvents(log)).toEqual(
      ['build', 'staging', 'prod'].flatMap((job) => [`start ${job}`, `succeeded ${job}`]),
    );
  });

  it('builds nothing anew when only the spec changed, and delivers the change', async () => {
    const before = delivered();
    const text = work.git('show', 'HEAD:lunchbox.yaml').replace('/healthz', '/readyz');
    writeFileSync(join(work.folder, 'lunchbox.yaml'), `${text}\n`);
    succeed(work, ['render']);
    work.commit('Ask for readiness elsewhere');
    const { code, log } = await push();
    expect(code, log).toBe(0);
    expect(log).toContain('is there already, built from the same source');
    const after = delivered();
    for (const environment of ['staging', 'prod'] as const)
      expect(after[environment].images).toEqual(before[environment].images);
  });

  it('releases nothing when validation fails', async () => {
    const head = work.git('rev-parse', 'HEAD');
    const file = join(work.folder, 'clusters/staging/manifests/web/extra.yaml');
    writeFileSync(
      file,
      'apiVersion: v1\nkind: Service\nmetadata: { name: lost, namespace: shop }\nspec: { selector: { app: nobody }, ports: [{ port: 80 }] }\n',
    );
    const sha = work.commit('A Service for nobody', { 'app/program': 'two\n' });
    const { code, log } = await push();
    expect(code).not.toBe(0);
    expect(log).toContain('service-selects-nothing');
    work.git('fetch', '-q', runner.origin, 'main');
    expect(work.git('rev-parse', 'FETCH_HEAD')).toBe(sha);
    expect(head).not.toBe(sha);
    expect(jobEvents(log)).toEqual(['start build', 'succeeded build', 'start staging', 'failed staging']);
  });

  it('delivers, where there is a droplet, the commit and the bytes of the release', async () => {
    // What is delivered how is proven elsewhere; here, what it is called with.
    runner.standIn(
      'deploy',
      ['environment', 'expect-digest', 'ssh-key', 'token'],
      [
        'test -z "$(git status --porcelain)" && test "$SSH_KEY" = "$EXPECTED_KEY" && test -n "$TOKEN"',
        'echo "$(git rev-parse HEAD) $EXPECT_DIGEST" > "$ARTIFACTS/delivered-$ENVIRONMENT"',
      ].join('\n'),
    );
    work.commit('A droplet for staging, and nobody’s Service no more', {
      'clusters/staging/known_hosts': '{}\n',
      'clusters/staging/manifests/web/extra.yaml': null,
    });
    const { code, log } = await push();
    expect(code, log).toBe(0);
    const [commit, digest] = runner.artifact('delivered-staging').trim().split(' ');
    delivered();
    expect(work.git('log', '-1', '--format=%s', commit ?? '')).toBe(
      `Release staging: ${work.git('log', '-1', '--format=%H', '--', 'app')}`,
    );
    succeed(work, ['render', 'staging', '--check']);
    expect(log).toContain(`rendered bytes of staging: ${digest}`);
    expect(() => runner.artifact('delivered-prod')).toThrow('ENOENT');
    expect(log).toMatch(/^\[deploy\/prod *\].*Success - Main There is no droplet yet/m);
    expect(log).not.toMatch(/^\[deploy\/staging *\].*There is no droplet yet/m);
  });

  it('releases two pushes close together one after the other, and none of them twice', async () => {
    const pushed = ['three\n', 'four\n'].map((program) => {
      const sha = work.commit(`Program ${program}`, { 'app/program': program });
      work.git('push', '-q', 'origin', 'HEAD:refs/heads/main');
      return sha;
    });
    const deliveries: string[] = [];
    for (const sha of pushed) {
      work.git('reset', '-q', '--hard', sha);
      const { code, log } = await started();
      expect(code, log).toBe(0);
      const [commit = '', digest] = runner.artifact('delivered-staging').trim().split(' ');
      expect(log).toContain(`rendered bytes of staging: ${digest}`);
      deliveries.push(commit);
    }
    const { staging, prod } = delivered();
    const [first = '', second = ''] = deliveries;
    expect(work.git('log', '-4', '--format=%s').split('\n')).toEqual(
      pushed.toReversed().flatMap((sha) => [`Release prod: ${sha}`, `Release staging: ${sha}`]),
    );
    expect(staging).toEqual(prod);
    expect(staging.images).toEqual({
      [`${registry}/acme/shop`]: await digestOf(`sha-${pushed[1]?.slice(0, 12)}`),
    });
    // A delivery refuses what does not descend from the one before.
    work.git('merge-base', '--is-ancestor', first, second);
    succeed(work, ['render', '--check']);

    // The run for the first one, run again, knows nothing of the second.
    const tip = work.git('rev-parse', 'HEAD');
    work.git('reset', '-q', '--hard', pushed[0] ?? '');
    const { code, log } = await started();
    expect(code).not.toBe(0);
    expect(log).toContain(`${pushed[0]?.slice(0, 12)} does not come after it`);
    delivered();
    expect(work.git('rev-parse', 'HEAD')).toBe(tip);
  });

  it('shows the token and the key nowhere', () => {
    expect(leaks(runner.texts(), [TOKEN, KEY])).toEqual([]);
  });
});
