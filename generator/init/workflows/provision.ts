import { type ActionSource, checkout, expression, indent, own, type Stage } from './workflow.ts';

/** `.github/workflows/provision.yml`: started by hand; checks an environment before a droplet is made for it. */
export function provisionWorkflow(source: ActionSource, stages: readonly Stage[]): string {
  return `# Started by hand: checks that what an environment wants is whole and fits its droplet.
name: provision

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Environment
        type: choice
        required: true
        options: [${stages.map(({ name }) => name).join(', ')}]

permissions: {}

concurrency:
  group: provision-${expression('inputs.environment')}
  cancel-in-progress: false

jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out the repository
    steps:
${indent(checkout(source), 6)}
      - name: Rendered files are what lunchbox.yaml says
        uses: ${own(source, 'render')}
        with:
          environments: ${expression('inputs.environment')}
          check: true
      - name: Validate
        uses: ${own(source, 'validate')}
        with:
          environments: ${expression('inputs.environment')}
`;
}
