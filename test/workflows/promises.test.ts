import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenInComposite, brokenPromises } from './promises.ts';
import { generatedWorkflows } from './variants.ts';

const OWN = '.github/workflows';
const own = readdirSync(OWN).map((name) => [name, readFileSync(join(OWN, name), 'utf8')] as const);
const pull = own.find(([name]) => name === 'pull-request.yml')?.[1] ?? '';
const deploy = own.find(([name]) => name === 'deploy.yml')?.[1] ?? '';

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
