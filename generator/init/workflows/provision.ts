import { secretsOf } from './delivery.ts';
import { pinned } from './pins.ts';
import { type ActionSource, checkout, expression, indent, own, type Stage } from './workflow.ts';

const ENVIRONMENT = expression('inputs.environment');

/**
 * `.github/workflows/provision.yml`: started by hand; says what an environment lacks in the account, and after an approval
 * does exactly that.
 */
export function provisionWorkflow(source: ActionSource, stages: readonly Stage[]): string {
  return `# Started by hand: what an environment needs of the DigitalOcean account is planned, and made or removed when somebody
# has approved exactly that plan.
name: provision

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Environment
        type: choice
        required: true
        options: [${stages.map(({ name }) => name).join(', ')}]
      action:
        description: What to do
        type: choice
        required: true
        default: plan
        options: [plan, apply, destroy, status]
      confirm:
        description: "destroy: the environment's name, to mean it; without it, only what would go is listed"
        type: string
      with-data:
        description: "destroy: also the volume, the address and the records"
        type: boolean
        default: false
      from-image:
        description: "apply: boot from the flake's image at this address, instead of converting an Ubuntu"
        type: string
      replace:
        description: "plan, apply: also replace a droplet whose user-data, or whether it has a volume, has changed"
        type: boolean
        default: false
      lose-data:
        description: "apply: replace a droplet also when its data is on its disk (volume: none), and is lost with it"
        type: boolean
        default: false

permissions: {}

# The same as of bootstrap: two in the queue of deliveries at once would take the place of one that waits.
concurrency:
  group: by-hand-${ENVIRONMENT}
  cancel-in-progress: false

jobs:
  check:
    # What is removed, or only looked at, need not be whole.
    if: ${expression("inputs.action == 'plan' || inputs.action == 'apply'")}
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out the repository
    steps:
${indent(checkout(source), 6)}
      - name: Rendered files are what lunchbox.yaml says
        uses: ${own(source, 'render')}
        with:
          environments: ${ENVIRONMENT}
          check: true
      - name: Validate
        uses: ${own(source, 'validate')}
        with:
          environments: ${ENVIRONMENT}

  plan:
    needs: check
    if: ${expression("!cancelled() && (needs.check.result == 'success' || needs.check.result == 'skipped')")}
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    # One of its own, with a token that may only read: nobody has to approve a look.
${indent(secretsOf(`${ENVIRONMENT}-plan`, 'it only looks'), 4)}
    permissions:
      contents: read # to check out the repository
    outputs:
      digest: ${expression('steps.plan.outputs.digest')}
      changes: ${expression('steps.plan.outputs.changes')}
    steps:
${indent(checkout(source), 6)}
      - name: Look
        id: plan
        uses: ${own(source, 'provision')}
        with:
          environment: ${ENVIRONMENT}
          mode: ${expression('inputs.action')}
          dry-run: true
          confirm: ${expression('inputs.confirm')}
          with-data: ${expression('inputs.with-data')}
          from-image: ${expression('inputs.from-image')}
          replace: ${expression('inputs.replace')}
          lose-data: ${expression('inputs.lose-data')}
          digitalocean-token: ${expression('secrets.DIGITALOCEAN_TOKEN')}

  apply:
    needs: plan
    if: ${expression("!cancelled() && needs.plan.result == 'success' && inputs.action == 'apply'")}
    runs-on: ubuntu-24.04
    timeout-minutes: 120
${indent(changing(), 4)}
    permissions:
      contents: write # to commit what is known of the droplet
    steps:
${indent(checkout(source), 6)}
      - name: Do what was planned
        id: apply
        uses: ${own(source, 'provision')}
        with:
          environment: ${ENVIRONMENT}
          mode: apply
          expect-digest: ${expression('needs.plan.outputs.digest')}
          from-image: ${expression('inputs.from-image')}
          replace: ${expression('inputs.replace')}
          lose-data: ${expression('inputs.lose-data')}
          digitalocean-token: ${expression('secrets.DIGITALOCEAN_TOKEN')}
          operator-key: ${expression('secrets.OPERATOR_KEY')}
          sealing-key: ${expression('secrets.SEALING_KEY')}
          backup-password: ${expression('secrets.BACKUP_PASSWORD')}
          backup-access-key: ${expression('secrets.BACKUP_ACCESS_KEY')}
          backup-secret-key: ${expression('secrets.BACKUP_SECRET_KEY')}
          commit: true
          token: ${expression('secrets.GITHUB_TOKEN')}
      - name: Keep what the machine logged
        if: ${expression("always() && steps.apply.outputs.log != ''")}
        uses: ${pinned('uploadArtifact')}
        with:
          name: provision-${ENVIRONMENT}
          path: ${expression('steps.apply.outputs.log')}
          if-no-files-found: error
          retention-days: 30

  destroy:
    needs: plan
    # A job that was skipped before the plan would have this one skipped as well, if it did not say when it runs.
    if: ${expression("!cancelled() && needs.plan.result == 'success' && inputs.action == 'destroy' && inputs.confirm != '' && needs.plan.outputs.changes == 'true'")}
    runs-on: ubuntu-24.04
    timeout-minutes: 30
${indent(changing(), 4)}
    permissions:
      contents: read # to check out the repository
    steps:
${indent(checkout(source), 6)}
      - name: Remove what was listed
        uses: ${own(source, 'provision')}
        with:
          environment: ${ENVIRONMENT}
          mode: destroy
          confirm: ${expression('inputs.confirm')}
          with-data: ${expression('inputs.with-data')}
          expect-digest: ${expression('needs.plan.outputs.digest')}
          digitalocean-token: ${expression('secrets.DIGITALOCEAN_TOKEN')}
`;
}

/** What a job has that changes the account: an approval, and no delivery beside it. */
function changing(): string {
  return `${secretsOf(`${ENVIRONMENT}-provision`, 'a droplet is no release')}
concurrency:
  group: deploy-${ENVIRONMENT} # nothing is delivered to a droplet that is being changed
  cancel-in-progress: false`;
}
