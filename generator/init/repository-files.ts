import { type Answers, registryOf } from './answers.ts';
import { codeownersText, gitignoreText, readmeText, renovateText } from './documents.ts';
import { flakeText } from './flake.ts';
import { specText } from './spec.ts';
import { bootstrapWorkflow } from './workflows/bootstrap.ts';
import { deployWorkflow } from './workflows/deploy.ts';
import { driftWorkflow } from './workflows/drift.ts';
import { provisionWorkflow } from './workflows/provision.ts';
import { pullRequestWorkflow } from './workflows/pull-request.ts';
import { type Stage, WRITTEN_BY } from './workflows/workflow.ts';

/** Every file of a new repository but what is rendered: path -> text. */
export function repositoryFiles(answers: Answers, specSchema: string): Map<string, string> {
  const { actions, branch, image, owner } = answers;
  const stages: Stage[] = [{ name: 'staging' }, { name: 'prod' }];
  const workflow = (name: string, text: string): [string, string] => [
    `.github/workflows/${name}.yml`,
    WRITTEN_BY + text,
  ];
  return new Map([
    ['lunchbox.yaml', specText(answers)],
    ['schemas/lunchbox.schema.json', specSchema],
    ['README.md', readmeText(answers)],
    ['flake.nix', flakeText(answers)],
    ['.gitignore', gitignoreText()],
    ['renovate.json', renovateText()],
    ...(owner === undefined ? [] : [['.github/CODEOWNERS', codeownersText(owner)] as [string, string]]),
    workflow('pull-request', pullRequestWorkflow(actions)),
    workflow('deploy', deployWorkflow(actions, { registry: registryOf(image), stages, branch })),
    workflow('drift', driftWorkflow(actions, stages)),
    workflow('provision', provisionWorkflow(actions, stages)),
    workflow('bootstrap', bootstrapWorkflow(actions, stages)),
  ]);
}
