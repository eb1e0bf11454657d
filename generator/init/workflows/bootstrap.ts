import { deliveryStep, secretsOf } from './delivery.ts';
import { type ActionSource, checkout, expression, indent, own, type Stage } from './workflow.ts';

/**
 * `.github/workflows/bootstrap.yml`: started by hand for a new droplet, or for one made anew after a disaster. The only
 * job that ever sees the private half of a sealing key, in an environment of its own: a delivery has no use for it.
 */
export function bootstrapWorkflow(source: ActionSource, stages: readonly Stage[]): string {
  const environment = expression('inputs.environment');
  const step = deliveryStep({
    source,
    title: 'Deliver, the sealing key first',
    environment,
    inputs: { 'sealing-key': expression('secrets.SEALING_KEY') },
  });
  return `# Started by hand, once for each new droplet: puts the environment's sealing key into the cluster, and delivers what is
# committed. Also after a disaster: the repository and the key bring everything back but the data.
name: bootstrap

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Environment
        type: choice
        required: true
        options: [${stages.map(({ name }) => name).join(', ')}]

permissions: {}

# The same as of provision: two in the queue of deliveries at once would take the place of one that waits.
concurrency:
  group: by-hand-${environment}
  cancel-in-progress: false

jobs:
  bootstrap:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
${indent(secretsOf(`${environment}-bootstrap`), 4)}
    concurrency:
      group: deploy-${environment}
      cancel-in-progress: false
    permissions:
      contents: read # to check out the repository
      deployments: write # to say what runs
    steps:
${indent(checkout(source, { history: 'which of two commits is the older one' }), 6)}
      - name: Validate
        uses: ${own(source, 'validate')}
        with:
          environments: ${environment}
${indent(step, 6)}
`;
}
