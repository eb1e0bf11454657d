import { scalar } from '../../render/yaml/scalar.ts';
import { flowScalar } from '../flow-scalar.ts';
import { pinned } from './pins.ts';
import { type ActionSource, checkout, expression, indent, own, type Stage } from './workflow.ts';

/** `.github/workflows/deploy.yml`: from a push to main to a committed release of each environment, one after the other. */
export function deployWorkflow(
  source: ActionSource,
  { registry, stages, branch }: { registry: string; stages: readonly Stage[]; branch: string },
): string {
  return `# Builds the image of what was pushed, and brings it to one environment after the other.
name: deploy

on:
  push:
    branches: [${flowScalar(branchFilter(branch))}]
  workflow_dispatch:

permissions: {}

# One at a time, in order, and never stopped half way.
concurrency:
  group: deploy
  cancel-in-progress: false

jobs:
  build:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read # to check out the repository
      packages: write # to push the image
    outputs:
      image: ${expression('steps.image.outputs.image')}
      revision: ${expression('steps.image.outputs.revision')}
    steps:
${indent(checkout(source, { history: 'the commit that last changed the source' }), 6)}
      - uses: ${pinned('setupBuildx')}
      - uses: ${pinned('login')}
        with:
          registry: ${registry}
          username: ${expression('github.actor')}
          password: ${expression('secrets.GITHUB_TOKEN')}
      - name: Build and push the image, unless the registry has it
        id: image
        uses: ${own(source, 'build-image')}
        with:
          release: false # each environment records it when its turn has come
${stages.map((stage, index) => indent(stageJob(source, stage, stages[index - 1], branch), 2)).join('')}`;
}

/** What git allows in the name of a branch, and GitHub's filters take for more than a character. */
function branchFilter(branch: string): string {
  return branch.replace(/[+!]/g, '\\$&');
}

function stageJob(
  source: ActionSource,
  { name, url }: Stage,
  before: Stage | undefined,
  branch: string,
): string {
  const environment =
    url === undefined ? `  environment: ${name}\n` : `  environment:\n    name: ${name}\n    url: ${url}\n`;
  return `
${name}:
  needs: [build${before ? `, ${before.name}` : ''}]
  runs-on: ubuntu-24.04
  timeout-minutes: 30
${environment}  concurrency:
    group: deploy-${name}
    cancel-in-progress: false
  permissions:
    contents: write # to commit the release
  steps:
${indent(checkout(source), 4)}
    - name: Render ${name} with the new image
      uses: ${own(source, 'render')}
      with:
        environments: ${name}
        image: ${expression('needs.build.outputs.image')}
        revision: ${expression('needs.build.outputs.revision')}
    - name: Validate
      uses: ${own(source, 'validate')}
      with:
        environments: ${name}
    - name: Commit the release
      uses: ${own(source, 'render')}
      with:
        environments: ${name}
        commit: true
        branch: ${scalar(branch)}
        message: "Release ${name}: ${expression('needs.build.outputs.revision')}"
        token: ${expression('secrets.GITHUB_TOKEN')}
`;
}
