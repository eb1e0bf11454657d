import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expression } from '../../generator/init/workflows/workflow.ts';
import { brokenInComposite, brokenPromises } from './promises.ts';
import { generatedWorkflows } from './variants.ts';

interface Step {
  if?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Queued {
  concurrency?: { group: string };
}

const jobsOf = (text: string) => (parse(text) as { jobs: Record<string, { steps?: Step[] }> }).jobs;

/** GitHub's filters: `*` stays in a folder, `**` does not. */
function matchesGlob(path: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '.*');
  return new RegExp(`^${expression}$`).test(path);
}

const OWN = '.github/workflows';
const own = readdirSync(OWN).map((name) => [name, readFileSync(join(OWN, name), 'utf8')] as const);
const pull = own.find(([name]) => name === 'pull-request.yml')?.[1] ?? '';
const deploy = own.find(([name]) => name === 'deploy.yml')?.[1] ?? '';
const drift = own.find(([name]) => name === 'drift.yml')?.[1] ?? '';
const provision = own.find(([name]) => name === 'provision.yml')?.[1] ?? '';
const bootstrap = own.find(([name]) => name === 'bootstrap.yml')?.[1] ?? '';

describe('workflows', () => {
  it.each([...own, ...generatedWorkflows()])('%s keeps every promise', (_, text) => {
    expect(brokenPromises(text)).toEqual([]);
  });

  it('so does the composite action', () => {
    expect(brokenInComposite(readFileSync('actions/setup/action.yml', 'utf8'))).toEqual([]);
  });

  it.each([
    [
      'a tag instead of a commit',
      (text: string) => text.replace(/@[0-9a-f]{40} # v[\d.]+/, '@v6'),
      'a full commit: actions/checkout@v6',
    ],
    [
      'a commit without its version',
      (text: string) => text.replace(/ # v[\d.]+/, ''),
      'a version beside actions/checkout@',
    ],
    [
      'credentials that stay',
      (text: string) => text.replace('persist-credentials: false', 'persist-credentials: true'),
      'persist-credentials: false',
    ],
    [
      'rights for everybody',
      (text: string) => text.replace('permissions: {}', 'permissions: write-all'),
      'permissions: {} at the top',
    ],
    [
      'a right without a reason',
      (text: string) => text.replace(/ # to post the comment/, ''),
      'a reason for pull-requests of comment',
    ],
    ['no time limit', (text: string) => text.replace(/ +timeout-minutes: \d+\n/, ''), 'timeout of review'],
    ['no concurrency', (text: string) => text.replace(/concurrency:\n(?: .*\n)+/, ''), 'concurrency'],
    [
      'a dangerous trigger',
      (text: string) => text.replace('  pull_request:', '  pull_request_target:'),
      'no pull_request_target',
    ],
    [
      'an expression in a script',
      (text: string) => `${text}      - run: echo \${{ github.head_ref }}\n`,
      'no expression inside run',
    ],
    [
      'code of the pull request in the job that writes',
      (text: string) => text.replace('pull_request.base.sha', 'pull_request.head.sha'),
      'comment checks out the base',
    ],
  ])('notices %s', (_, breakIt, promise) => {
    const text = breakIt(pull);
    expect(text).not.toBe(pull);
    expect(brokenPromises(text).map((broken) => broken.promise)).toEqual(
      expect.arrayContaining([expect.stringContaining(promise)]),
    );
  });

  const SSH_KEY = expression('secrets.DEPLOY_SSH_KEY');

  it.each([
    [
      'a key for all jobs',
      deploy,
      (text: string) => text.replace('permissions: {}', `env:\n  KEY: ${SSH_KEY}\npermissions: {}`),
      'no secrets.DEPLOY_SSH_KEY for every job',
    ],
    [
      'a key for all steps',
      deploy,
      (text: string) =>
        text.replace('    concurrency:\n      group: deploy-s', `    env:\n      KEY: ${SSH_KEY}\n$&`),
      'no secrets.DEPLOY_SSH_KEY for all of staging',
    ],
    [
      'a key for a script',
      deploy,
      (text: string) => text.replace(/COMMIT: .*/, `KEY: ${SSH_KEY}`),
      'secrets.DEPLOY_SSH_KEY only as an input in staging',
    ],
    [
      'a key for another action',
      deploy,
      (text: string) => text.replace('commit: true', `commit: ${SSH_KEY}`),
      'secrets.DEPLOY_SSH_KEY only where a cluster is reached in staging',
    ],
    [
      'a key of no environment',
      deploy,
      (text: string) => text.replace(/ {4}environment:\n {6}name: staging\n.*\n/, ''),
      'secrets.DEPLOY_SSH_KEY is of an environment in staging',
    ],
    [
      'the sealing key in a delivery',
      deploy,
      (text: string) =>
        text.replace(`ssh-key: ${SSH_KEY}`, `sealing-key: ${expression('secrets.SEALING_KEY')}`),
      'secrets.SEALING_KEY in an environment of its own in staging',
    ],
    [
      'two Deployments for one delivery',
      bootstrap,
      (text: string) => text.replace(/ +deployment: false.*\n/, ''),
      "no Deployment but the action's in bootstrap",
    ],
    [
      'a look that takes the place of a delivery that waits',
      drift,
      (text: string) =>
        text.replace(
          '    permissions:',
          '    concurrency:\n      group: deploy-staging\n      cancel-in-progress: false\n    permissions:',
        ),
      'staging, which only looks, in no queue of deliveries',
    ],
    [
      'a look that may write to the repository',
      drift,
      (text: string) => text.replace('contents: read', 'contents: write'),
      'staging writes only an issue',
    ],
    [
      'a delivery that does not know the history',
      bootstrap,
      (text: string) => text.replace(/ +fetch-depth: 0.*\n/, ''),
      'the whole history in bootstrap',
    ],
    [
      'a delivery that nobody hears of',
      deploy,
      (text: string) => text.replace(/ +deployments: write.*\n/, ''),
      'deployments: write in staging',
    ],
    [
      'an account that is changed by a push',
      provision,
      (text: string) => text.replace('on:\n', 'on:\n  push:\n'),
      'provisioning only by hand',
    ],
    [
      'a droplet that is made without a reviewer',
      provision,
      (text: string) => text.replace(/-provision(\n.*\n *concurrency:)/, '-plan$1'),
      'a reviewer of apply',
    ],
    [
      'another plan than the one that was seen',
      provision,
      (text: string) => text.replace(/ +expect-digest: .*\n/, ''),
      'apply does only what was planned',
    ],
    [
      'a look with the token that may write',
      provision,
      (text: string) => text.replace('-plan\n', '-provision\n'),
      'a look of plan in an environment of its own',
    ],
    [
      "the operators' key in a look",
      provision,
      (text: string) =>
        text.replace(
          'dry-run: true',
          `dry-run: true\n          operator-key: ${expression('secrets.OPERATOR_KEY')}`,
        ),
      'secrets.OPERATOR_KEY in an environment of its own in plan',
    ],
    [
      'a droplet that is changed while something is delivered',
      provision,
      (text: string) => text.replace('group: deploy-', 'group: change-'),
      'one at a time in apply',
    ],
    [
      'a job that may write, and has nothing to commit',
      provision,
      (text: string) => text.replace(/ +commit: true\n/, ''),
      'apply writes to the repository only to commit',
    ],
    [
      'a destroy that nobody confirms',
      provision,
      (text: string) => text.replace(/mode: destroy\n +confirm: .*\n/, 'mode: destroy\n'),
      'destroy asks for the name',
    ],
    [
      'a log that is lost when it is needed',
      provision,
      (text: string) => text.replace('always() && ', ''),
      'apply keeps the log, also of a failure',
    ],
    [
      'a Deployment of what is none',
      provision,
      (text: string) => text.replace(/ +deployment: false.*\n/, ''),
      'no Deployment of plan, which delivers nothing',
    ],
  ])('notices %s', (_, text, breakIt, promise) => {
    const broken = breakIt(text);
    expect(broken).not.toBe(text);
    expect(brokenPromises(broken).map((each) => each.promise)).toContain(promise);
  });

  it('delivers only where there is a droplet, says so otherwise, and delivers what was committed', () => {
    for (const [name, text] of [['deploy.yml', deploy], ...generatedWorkflows()]) {
      if (!name?.endsWith('deploy.yml')) continue;
      for (const environment of ['staging', 'prod']) {
        const { steps = [] } = jobsOf(text ?? '')[environment] ?? {};
        const host = `hashFiles('clusters/${environment}/known_hosts')`;
        const [checkout, deliver, other] = steps.slice(-3);
        expect(checkout).toMatchObject({
          env: { COMMIT: expression('steps.release.outputs.holder') },
          run: 'git checkout --quiet --force --detach "$COMMIT"',
        });
        expect(deliver).toMatchObject({
          if: expression(`${host} != ''`),
          with: {
            environment,
            'expect-digest': expression(`fromJSON(steps.release.outputs.digests)['${environment}']`),
          },
        });
        expect(other?.if).toBe(expression(`${host} == ''`));
      }
    }
  });

  it('does not deliver again what a rollback has taken back', () => {
    const { on } = parse(deploy) as { on: { push: { 'paths-ignore': string[] } } };
    const ignored = (path: string) => on.push['paths-ignore'].some((pattern) => matchesGlob(path, pattern));
    for (const path of ['clusters/prod/release.yaml', 'clusters/staging/manifests/web/deployment-web.yaml'])
      expect(ignored(path), path).toBe(true);
    // These are written by people.
    for (const path of [
      'lunchbox.yaml',
      'clusters/prod/secrets.yaml',
      'clusters/prod/droplet.json',
      'src/release.yaml',
    ])
      expect(ignored(path), path).toBe(false);
  });

  it('gives the sealing key to nothing that starts by itself', () => {
    for (const [name, text] of [...own, ...generatedWorkflows()]) {
      if (!text.includes('SEALING_KEY')) continue;
      expect(name).toMatch(/(?:bootstrap|provision)\.yml$/);
      expect(Object.keys((parse(text) as { on: object }).on)).toEqual(['workflow_dispatch']);
    }
    for (const text of [bootstrap, provision]) expect(text).toContain('secrets.SEALING_KEY');
  });

  it('plans for everybody, changes for who was approved, and removes only what was named', () => {
    for (const [name, text] of [['provision.yml', provision], ...generatedWorkflows()]) {
      if (!name?.endsWith('provision.yml')) continue;
      const jobs = parse(text ?? '').jobs as Record<string, { if?: string; needs?: string }>;
      expect(Object.keys(jobs)).toEqual(['check', 'plan', 'apply', 'destroy']);
      for (const job of ['apply', 'destroy']) {
        // Without a word about its state a job is skipped when one before the plan was.
        expect(jobs[job]?.if).toContain("!cancelled() && needs.plan.result == 'success'");
        expect(jobs[job]?.if).toContain(`inputs.action == '${job}'`);
      }
      expect(jobs.destroy?.if).toContain("inputs.confirm != ''");
      expect(text).not.toMatch(/cancel-in-progress: (?!false)/);
    }
  });

  it('lets nothing take the place of a delivery that waits', () => {
    // GitHub lets one wait in each group, and cancels it for the next: there must never be a third.
    const variants = new Map<string, string[]>([['own', own.map(([, text]) => text)]]);
    for (const [name, text] of generatedWorkflows()) {
      const variant = name.split(': ').slice(0, -1).join(': ');
      variants.set(variant, [...(variants.get(variant) ?? []), text]);
    }
    for (const [variant, texts] of variants) {
      const queued = texts.flatMap((text) => {
        const { concurrency, jobs } = parse(text) as Queued & { jobs: Record<string, Queued> };
        const inside = Object.values(jobs).some((job) => job.concurrency?.group.startsWith('deploy-'));
        return inside ? [concurrency?.group] : [];
      });
      expect(queued.length, variant).toBe(3);
      expect(new Set(queued), variant).toEqual(
        new Set(['deploy', `by-hand-${expression('inputs.environment')}`]),
      );
    }
  });

  it('never stops a delivery half way, and never runs two at once', () => {
    for (const [name, text] of [['deploy.yml', deploy], ...generatedWorkflows()]) {
      if (!name?.endsWith('deploy.yml')) continue;
      expect(text).not.toMatch(/cancel-in-progress: (?!false)/);
      expect(text?.match(/cancel-in-progress: false/g)).toHaveLength(3);
      expect(text).toMatch(/group: deploy\n/);
      expect(text).toMatch(/group: deploy-staging\n/);
      expect(text).toMatch(/group: deploy-prod\n/);
    }
  });
});
