import { scalar } from '../../render/yaml/scalar.ts';
import { flowScalar } from '../flow-scalar.ts';
import { deliveryStep, hasHost, noHostStep, secretsOf } from './delivery.ts';
import { pinned } from './pins.ts';
import { type ActionSource, checkout, expression, indent, own, type Stage } from './workflow.ts';

/** `.github/workflows/deploy.yml`: from a push to main to a delivered release of each environment, one after the other. */
export function deployWorkflow(
  source: ActionSource,
  { registry, stages, branch }: { registry: string; stages: readonly Stage[]; branch: string },
): string {
  return `# Builds the image of what was pushed, and brings it to one environment after the other.
name: deploy

on:
  push:
    branches: [${flowScalar(branchFilter(branch))}]
    # What only follows from the rest is no news: merging a rollback must not bring the failed release again.
    paths-ignore: ['clusters/*/manifests/**', 'clusters/*/release.yaml']
  workflow_dispatch:

permissions: {}

# One at a time, in order, and never stopped half way.
concurrency:
  group: deploy
  cancel-in-progress: false

jobs:
  build:
    # Started by hand it can be on any branch: what nobody has reviewed is neither built nor delivered.
    if: ${expression(`github.ref == ${quoted(`refs/heads/${branch}`)}`)}
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

/** A text in an expression of GitHub's. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** What git allows in the name of a branch, and GitHub's filters take for more than a character. */
function branchFilter(branch: string): string {
  return branch.replace(/[+!]/g, '\\$&');
}

function stageJob(source: ActionSource, stage: Stage, before: Stage | undefined, branch: string): string {
  const { name } = stage;
  const deliver = deliveryStep({
    source,
    title: 'Deliver',
    environment: name,
    condition: hasHost(stage),
    // What was committed, to the byte.
    inputs: { 'expect-digest': expression(`fromJSON(steps.release.outputs.digests)['${name}']`) },
  });
  return `
${name}:
  needs: [build${before ? `, ${before.name}` : ''}]
  runs-on: ubuntu-24.04
  timeout-minutes: 60
${indent(secretsOf(name), 2)}
  concurrency:
    group: deploy-${name}
    cancel-in-progress: false
  permissions:
    contents: write # to commit the release, and the branch of a rollback
    deployments: write # to say what runs
    pull-requests: write # to propose a rollback
  steps:
${indent(checkout(source, { history: 'which of two commits is the older one' }), 4)}
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
      id: release
      uses: ${own(source, 'render')}
      with:
        environments: ${name}
        commit: true
        branch: ${scalar(branch)}
        message: "Release ${name}: ${expression('needs.build.outputs.revision')}"
        token: ${expression('secrets.GITHUB_TOKEN')}
    - name: Check out what was committed
      env:
        COMMIT: ${expression('steps.release.outputs.holder')}
      run: git checkout --quiet --force --detach "$COMMIT"
${indent(deliver, 4)}
${indent(noHostStep(stage, 'the release was committed and not delivered'), 4)}
`;
}
