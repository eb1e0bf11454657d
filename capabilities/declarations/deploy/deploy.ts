import type { Declaration } from '../../declaration.ts';
import { DELIVERY, ENVIRONMENT, REACH } from './reach.ts';

export const deploy: Declaration = {
  name: 'deploy',
  summary: 'Bring what is committed to the cluster, prove it, or put everything back',
  details:
    'Looks at the cluster, prints the plan, applies exactly that, stage by stage, waits until everything is ready, asks\n' +
    'the public hosts, and only then removes what is not wanted any more. A release that fails is taken back: the last\n' +
    'good one runs again, and the exit code is 1. Interrupted anywhere, it can be run again.\n' +
    'The droplet is reached by SSH, with the host key that is pinned in clusters/<env>/known_hosts.',
  positionals: [ENVIRONMENT],
  options: {
    ...DELIVERY,
    'sealing-key': {
      type: 'string',
      value: 'FILE',
      description: 'Private key for a cluster that does not have it yet; LUNCHBOX_SEALING_KEY if left out',
    },
    'expect-digest': {
      type: 'string',
      value: 'DIGEST',
      description: 'Deliver only these rendered bytes: the digest that a review printed',
    },
    'allow-older': {
      type: 'boolean',
      description: 'Deliver a commit that does not contain the one that was delivered last',
    },
    revision: { type: 'string', value: 'REV', description: 'The commit to deliver; HEAD if left out' },
    'working-tree': {
      type: 'boolean',
      excludes: ['revision'],
      description: 'Deliver the files as they are, committed or not',
    },
    'no-schemas': { type: 'boolean', description: 'Check wiring and capacity, and leave kubeconform out' },
    ...REACH,
  },
  examples: [
    { command: 'lunchbox deploy staging --dry-run', does: 'What a delivery would change' },
    { command: 'lunchbox deploy prod --max-downtime 1s', does: 'Go back when users notice more than that' },
    {
      command: 'lunchbox deploy staging --kubeconfig ~/.kube/config --context kind',
      does: 'To a cluster that is not a droplet',
    },
  ],
  action: {
    folder: 'deploy',
    summary: 'Deliver to a cluster, go back to an earlier release, or say how an environment is',
    details:
      '`mode` says which. `deliver` applies exactly the plan that it logs, stage by stage, proves it, and takes back what\n' +
      'fails: the last good release runs again, the step fails, and with `token` a pull request proposes that git goes back, too.\n' +
      '`plan` changes nothing. `rollback` brings an earlier release back. `status` fails the step when something is missing\n' +
      'or not ready. `drift` keeps, with `token`, one issue of what differs from what was delivered; without, it fails the step.\n' +
      'Interrupted anywhere, it can be run again. The droplet is reached by SSH, with the host key that is pinned in\n' +
      'clusters/<env>/known_hosts.',
    commands: ['deploy', 'rollback', 'status', 'drift'],
    inputs: {
      environment: { type: 'string', required: true, description: 'An environment of lunchbox.yaml' },
      revision: {
        option: 'revision',
        description: 'For `deliver` and `plan`: the commit; HEAD if left out',
      },
      mode: {
        type: 'string',
        default: 'deliver',
        description: '`deliver`, `plan`, `rollback`, `status` or `drift`',
      },
      release: {
        type: 'string',
        description: 'For `rollback`: its number; the good one before the current one if left out',
      },
      'ssh-key': { type: 'text', secret: true, description: 'Private key for SSH to the droplet' },
      host: { option: 'host' },
      'known-hosts': {
        type: 'text',
        description: "The droplet's pinned host keys; clusters/<env>/known_hosts if left out",
      },
      kubeconfig: {
        type: 'text',
        secret: true,
        excludes: ['host', 'known-hosts'],
        description: 'A kubeconfig for any other cluster; its text, not its path',
      },
      context: { option: 'context' },
      'sealing-key': {
        type: 'text',
        secret: true,
        description: 'Private key of the environment, for a cluster that does not have it yet',
      },
      'allow-removal': {
        option: 'allow-removal',
        description:
          'Objects that may be removed although more hangs on them: group/kind/namespace/name, kind/name, or all',
      },
      'take-over': {
        option: 'take-over',
        description:
          'Managers, as an error names them, from whom objects are taken over: what they set and the tree does not have is removed',
      },
      'allow-older': { option: 'allow-older' },
      'expect-digest': { option: 'expect-digest' },
      'max-downtime': { option: 'max-downtime' },
      'probe-address': { option: 'probe-address' },
      'no-probe': { option: 'no-probe' },
      'no-schemas': { option: 'no-schemas' },
      timeout: { option: 'timeout', default: '30', description: 'Minutes for everything' },
      token: {
        type: 'string',
        secret: true,
        description: 'Token for the Deployment, the pull request of a rollback and the issue about drift',
      },
      branch: {
        type: 'string',
        description: 'Branch that the pull request of a rollback is for; the one that was pushed if left out',
      },
    },
    outputs: {
      result:
        '`delivered`, `unchanged`, `planned`, `rolled-back`, `failed`, `clean`, `drifted`, `delivering` or `undelivered`',
      digest: 'Of the rendered bytes that were delivered: the one that the review printed',
      release: 'Number of the release that runs now',
      downtime: 'Longest time in milliseconds for which users of any host had no answer',
      plan: 'JSON: what was to change, object by object, secrets masked',
      'pull-request': 'Address of the pull request that brings git back, after a rollback',
    },
    permissions: {
      'contents: write': 'to check out, and to push the branch of a rollback',
      'deployments: write': 'to tell GitHub how the delivery goes',
      'pull-requests: write': 'to propose that git goes back, too',
      'issues: write': 'to report drift',
    },
  },
};
