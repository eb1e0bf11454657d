import type { Declaration } from '../../declaration.ts';
import { commitInputs } from '../commit-inputs.ts';
import { ENVIRONMENT, IMAGE, REPLACE, TOKEN } from './reach.ts';

export const provisionApply: Declaration = {
  name: 'provision <env> apply',
  summary:
    'Make what is missing of an environment: from an empty account to a cluster that can be delivered to',
  details:
    'Prints the plan and does exactly that. A droplet that has to be replaced serves until the new one is ready; volume and\n' +
    'address move to it. Cut anywhere, run it again: it goes on. When it fails, the droplet that this run made is removed,\n' +
    'and nothing else. User-data counts when a droplet is made: a change of it alone, such as the key of another operator,\n' +
    `replaces none; \`host <env> switch\` brings keys to one that runs. Afterwards commit clusters/<env>. ${TOKEN}`,
  positionals: [ENVIRONMENT],
  options: {
    'dry-run': { type: 'boolean', description: 'Print the plan, and change nothing' },
    'expect-digest': {
      type: 'string',
      value: 'DIGEST',
      excludes: ['dry-run'],
      description: 'Do only this: the plan that somebody has seen, by the digest that it printed',
    },
    'ssh-key': {
      type: 'string',
      value: 'FILE',
      description: "An operator's private key; LUNCHBOX_OPERATOR_KEY, or the agent's keys, if left out",
    },
    'sealing-key': {
      type: 'string',
      value: 'FILE',
      description: "The environment's private key, put into the cluster; LUNCHBOX_SEALING_KEY if left out",
    },
    'wait-for-dns': {
      type: 'time',
      description: 'Wait so long for records of zones that are kept elsewhere, e.g. 30m',
    },
    ...IMAGE,
    ...REPLACE,
    'lose-data': {
      type: 'boolean',
      description:
        "Replace a droplet also when k3s' state and all volumes are on its disk, and are lost with it",
    },
  },
  examples: [
    {
      command: 'lunchbox provision prod apply',
      does: 'From nothing to a cluster that can be delivered to',
    },
    {
      command: 'lunchbox provision prod apply --expect-digest sha256:…',
      does: 'Exactly the plan that was seen',
    },
  ],
  action: {
    folder: 'provision',
    summary: 'Plan, make or remove what an environment needs of a DigitalOcean account, or say what there is',
    details:
      '`mode` says which; `plan`, unless it says otherwise, changes nothing. `apply` plans anew and does exactly that, from an\n' +
      'empty account to a cluster that can be delivered to. A droplet that has to be replaced serves until the new one is\n' +
      'ready; volume and address move to it. Cut anywhere, run it again: it goes on. When it fails, the droplet that this run\n' +
      'made is removed, and nothing else. `destroy` removes the droplet and what belongs to it, and its data only with\n' +
      '`with-data`. `status` says what the account holds.',
    commands: ['plan', 'apply', 'destroy', 'status'].map((mode) => `provision <env> ${mode}`),
    inputs: {
      environment: { type: 'string', required: true, description: 'An environment of lunchbox.yaml' },
      mode: { type: 'string', default: 'plan', description: '`plan`, `apply`, `destroy` or `status`' },
      'digitalocean-token': {
        type: 'string',
        secret: true,
        required: true,
        description: 'A token; one that may only read is enough for `plan`, `status` and `dry-run`',
      },
      'operator-key': {
        type: 'text',
        secret: true,
        description:
          'For `apply`: private key of an operator without a passphrase, whose public half is in `droplet.ssh.operators`',
      },
      'sealing-key': {
        type: 'text',
        secret: true,
        description: 'For `apply`: private key of the environment, put into the cluster',
      },
      'dry-run': {
        type: 'boolean',
        default: 'false',
        description: 'For `apply` and `destroy`: say what would be done, and do nothing',
      },
      'expect-digest': {
        type: 'string',
        description: 'For `apply` and `destroy`: do only the plan that somebody has seen, by its digest',
      },
      'backup-password': {
        type: 'string',
        secret: true,
        description: 'For `apply`, with `droplet.backups`: what backups are encrypted with',
      },
      'backup-access-key': {
        type: 'string',
        secret: true,
        description: 'For `apply`, with `droplet.backups`: the access key of their bucket',
      },
      'backup-secret-key': {
        type: 'string',
        secret: true,
        description: 'For `apply`, with `droplet.backups`: the secret key of their bucket',
      },
      'wait-for-dns': {
        option: 'wait-for-dns',
        description: 'For `apply`: wait so long for records of zones that are kept elsewhere, e.g. 30m',
      },
      'from-image': { option: 'from-image' },
      'image-version': {
        option: 'image-version',
        description: 'With `from-image`: what tells this image from an earlier one at the same address',
      },
      replace: { option: 'replace' },
      'lose-data': { option: 'lose-data' },
      confirm: { type: 'string', description: "For `destroy`: the environment's name" },
      'with-data': {
        type: 'boolean',
        default: 'false',
        description: 'For `destroy`: also the volume, the address and the records',
      },
      commit: {
        type: 'boolean',
        default: 'false',
        description: 'For `apply`: commit what is known of the droplet to the branch, and push it',
      },
      ...commitInputs('Know the droplet of {environments}'),
    },
    outputs: {
      result: '`planned`, `unchanged`, `applied`, `failed`, `destroyed` or `read`',
      digest: 'Of the plan: what `expect-digest` takes; nothing for `status`',
      changes: '`true` when the plan changes anything; nothing for `status`',
      plan: 'JSON: what is made, changed, replaced, kept and removed, with the monthly cost',
      address: 'Where users come in',
      commit: 'The commit that was pushed, or nothing',
      log: 'File with what the machine logged, for an artifact; nothing when it logged nothing',
    },
    permissions: {
      'contents: read': 'to check out the repository',
      'contents: write': 'only with `commit`',
    },
  },
};
