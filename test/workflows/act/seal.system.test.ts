import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinned } from '../../../generator/init/workflows/pins.ts';
import { expression, own } from '../../../generator/init/workflows/workflow.ts';
import { lunchbox } from '../../support/cli.ts';
import type { GitRepository } from '../../support/git.ts';
import { hasGo } from '../../support/go-program.ts';
import { leaks } from '../../support/leak-scan.ts';
import { ACTIONS, Runner } from './runner.ts';
import { home, SEALED, startRepository, succeed } from './start-repository.ts';

const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;
const TOKEN = 'ghs_test-of-sealing-0123456789';
const FINGERPRINT_KEY = Buffer.alloc(32, 'fingerprints').toString('base64');
const render = own(
  { kind: 'release', repository: 'lunchbox-platform/lunchbox', commit: ACTIONS, version: 'v1' },
  'render',
);
/** As a user writes it who keeps the values as secrets of GitHub's environment. */
const WORKFLOW = `name: seal
on: workflow_dispatch
permissions: {}
jobs:
  seal:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${pinned('checkout')}
      - uses: ${render}
        with:
          environments: prod
          secrets: |
            API_KEY: ${expression('toJSON(secrets.API_KEY)')}
          fingerprint-key: ${expression('secrets.LUNCHBOX_FINGERPRINT_KEY')}
          commit: true
          branch: main
          token: ${expression('secrets.GITHUB_TOKEN')}
`;

/** Every mistake at once. */
const LEAKING = `name: leak
on: workflow_dispatch
permissions: {}
jobs:
  leak:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${pinned('checkout')}
      - shell: bash
        env: { API_KEY: "${expression('secrets.API_KEY')}" }
        run: |
          echo "$API_KEY"
          echo "$API_KEY" > "$RUNNER_TEMP/forgotten"
          git config shop.key "$API_KEY"
          printf %s "$API_KEY" | base64 > forgotten
          git add forgotten
          git -c user.name=shop -c user.email=shop@shop.example commit -q -m forgotten
          git push -q "$ORIGIN" HEAD:refs/heads/forgotten
          git push -q "$ORIGIN" :refs/heads/forgotten
          node -e 'const { API_KEY, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT } = process.env;
            const fs = require("fs");
            fs.appendFileSync(GITHUB_STEP_SUMMARY, API_KEY);
            fs.appendFileSync(GITHUB_OUTPUT, "key<<END\\n" + API_KEY + "\\nEND\\n")'
`;

describe.skipIf(!hasGo && !required)(
  'sealing from the secrets of an environment, run by act (not run without Go)',
  () => {
    let runner: Runner;
    let work: GitRepository;

    beforeAll(() => {
      runner = new Runner();
      startRepository(runner, 'ghcr.io/acme/shop');
      work = runner.clone();
      const file = join(work.folder, 'lunchbox.yaml');
      const text = readFileSync(file, 'utf8').replace(
        'health: /healthz',
        'health: /healthz\n    secrets: [API_KEY]',
      );
      writeFileSync(file, text);
      succeed(work, ['render']);
      work.commit('A secret', { '.github/workflows/seal.yml': WORKFLOW });
      work.git('push', '-q', 'origin', 'HEAD:refs/heads/main');
    });
    afterAll(() => runner.remove());

    /** Runs the workflow on what is on main, and brings that here. */
    async function seal(secrets: Record<string, string>) {
      const run = await runner.run(work.folder, 'workflow_dispatch', 'seal.yml', {
        payload: { ref: 'refs/heads/main', repository: { full_name: 'acme/shop' } },
        secrets: { GITHUB_TOKEN: TOKEN, LUNCHBOX_FINGERPRINT_KEY: FINGERPRINT_KEY, ...secrets },
      });
      work.git('fetch', '-q', runner.origin, 'main');
      work.git('merge', '-q', '--ff-only', 'FETCH_HEAD');
      return run;
    }
    const store = () => work.git('show', 'HEAD:clusters/prod/secrets.yaml');
    const opened = () => {
      const key = join(home(runner), '.lunchbox/shop-prod.key');
      const { code, out, err } = lunchbox(['unseal', 'prod', '--key', key, '--json'], work.folder);
      expect(code, err).toBe(0);
      return out;
    };

    it('seals a value, and commits what only the cluster can open', async () => {
      const { code, log } = await seal({ API_KEY: SEALED });
      expect(code, log).toBe(0);
      expect(log).toContain('clusters/prod/secrets.yaml: sealed: API_KEY');
      expect(opened()).toContain(JSON.stringify(SEALED));
      expect(work.git('show', 'HEAD:clusters/prod/manifests/app/sealedsecret-shop.yaml')).toContain(
        'API_KEY',
      );
    });

    it('keeps the ciphertext of a value that has not changed, and of one that the run does not have', async () => {
      const before = store();
      const head = work.git('rev-parse', 'HEAD');
      expect((await seal({ API_KEY: SEALED })).log).toContain(
        'clusters/prod/secrets.yaml: unchanged: API_KEY',
      );
      expect((await seal({})).log).toContain('not given to this run, kept as it is: API_KEY');
      expect(store()).toBe(before);
      expect(work.git('rev-parse', 'HEAD')).toBe(head);
    });

    it('seals a new value anew', async () => {
      const before = store();
      const { code, log } = await seal({ API_KEY: `${SEALED} and more` });
      expect(code, log).toBe(0);
      expect(store()).not.toBe(before);
      expect(opened()).toContain(JSON.stringify(`${SEALED} and more`));
    });

    it('shows no value, key or token in a log, a summary, an output or a commit', () => {
      expect(leaks(runner.texts(), [SEALED, FINGERPRINT_KEY, TOKEN])).toEqual([]);
    });

    it('would have found one, in each of these places', async () => {
      const name = 'leak.yml';
      work.commit('A workflow that tells', { [`.github/workflows/${name}`]: LEAKING });
      work.git('push', '-q', 'origin', 'HEAD:refs/heads/main');
      const { code, log } = await runner.run(work.folder, 'workflow_dispatch', name, {
        payload: { ref: 'refs/heads/main', repository: { full_name: 'acme/shop' } },
        secrets: { API_KEY: SEALED },
      });
      expect(code, log).toBe(0);
      const places = leaks(runner.texts(), [SEALED]).map((found) => found.replace(runner.folder, ''));
      expect(places).toEqual(
        expect.arrayContaining([
          'plain of secret 1 in output in log 5',
          'plain of secret 1 in /kept/summary',
          'plain of secret 1 in /kept/output',
          'plain of secret 1 in /kept/temp/forgotten',
          // Git writes quotes and line ends so.
          'json of secret 1 in /kept/git-config',
          'base64 of secret 1 in what was pushed',
        ]),
      );
    });
  },
);
