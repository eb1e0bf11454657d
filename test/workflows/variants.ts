import type { Answers } from '../../generator/init/answers.ts';
import { repositoryFiles } from '../../generator/init/repository-files.ts';
import type { ActionSource } from '../../generator/init/workflows/workflow.ts';

const actions: Extract<ActionSource, { kind: 'release' }> = {
  kind: 'release',
  repository: 'acme/lunchbox',
  commit: '0123456789abcdef0123456789abcdef01234567',
  version: 'v1.2.3',
};

export const ANSWERS: Answers = {
  app: 'shop',
  image: 'ghcr.io/acme/shop',
  context: '.',
  hosts: { staging: 'staging.shop.example', prod: 'shop.example' },
  email: 'ops@shop.example',
  region: 'fra1',
  size: 's-2vcpu-4gb',
  port: 8080,
  health: '/healthz',
  branch: 'main',
  owner: '@acme/ops',
  actions,
};

/** Answers that make workflows differ. */
const VARIANTS: Record<string, Partial<Answers>> = {
  plain: {},
  'a registry with a port': { image: 'registry.shop.example:5000/team/shop' },
  'Docker Hub': { image: 'acme/shop' },
  'a branch with slashes': { branch: 'release/1.0' },
  'a branch that YAML would misread': { branch: 'on' },
  'a branch with a comment mark': { branch: 'feature#1' },
  'a branch that a filter would misread': { branch: 'c++' },
  'a git context': { context: 'https://github.com/acme/shop.git#0123456789abcdef0123456789abcdef01234567' },
};

/** `variant: file` -> text, for every workflow of every variant. */
export function generatedWorkflows(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, answers] of Object.entries(VARIANTS)) {
    for (const [path, text] of repositoryFiles({ ...ANSWERS, ...answers }, '{}')) {
      if (path.startsWith('.github/workflows/')) texts.set(`${name}: ${path.split('/').at(-1)}`, text);
    }
  }
  return texts;
}
