import { deliveryStep, hasHost, noHostStep, secretsOf } from './delivery.ts';
import { type ActionSource, checkout, indent, type Stage } from './workflow.ts';

/** `.github/workflows/drift.yml`: several times a day, whether what runs is what git says; one issue for each environment. */
export function driftWorkflow(source: ActionSource, stages: readonly Stage[]): string {
  return `# Looks whether what runs is still what was delivered, and keeps an issue about it. Changes nothing in a cluster.
name: drift

on:
  schedule:
    - cron: '17 */6 * * *' # not on the hour, when everybody's begin
  workflow_dispatch:

permissions: {}

# In no queue of deliveries, where it would take the place of one that waits: whether one is under way, the cluster says.
concurrency:
  group: drift
  cancel-in-progress: false

jobs:
${stages.map((stage) => indent(driftJob(source, stage), 2)).join('\n')}`;
}

function driftJob(source: ActionSource, stage: Stage): string {
  const { name } = stage;
  const step = deliveryStep({
    source,
    title: `Compare ${name} with what was delivered`,
    environment: name,
    condition: hasHost(stage),
    inputs: { mode: 'drift' },
  });
  return `${name}:
  runs-on: ubuntu-24.04
  timeout-minutes: 15
  # One of its own: a reviewer of ${name} would have to approve every look.
${indent(secretsOf(`${name}-drift`), 2)}
  permissions:
    contents: read # to check out the repository
    issues: write # to keep the issue
  steps:
${indent(checkout(source), 4)}
${indent(step, 4)}
${indent(noHostStep(stage, 'nothing can have drifted'), 4)}
`;
}
