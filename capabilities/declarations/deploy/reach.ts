import type { Option } from '../../declaration.ts';

/** What only a droplet has; a key that is not asked for leads nowhere else. */
const OF_DROPLET = ['host', 'known-hosts'];

/** How a cluster is reached: options of every command that asks one. */
export const REACH: Readonly<Record<string, Option>> = {
  kubeconfig: {
    type: 'string',
    value: 'FILE',
    excludes: OF_DROPLET,
    description: 'Any cluster, by this kubeconfig, instead of the droplet by SSH',
  },
  context: {
    type: 'string',
    value: 'NAME',
    excludes: OF_DROPLET,
    description:
      "Context of the kubeconfig, or of kubectl's where none is named; the current one if left out",
  },
  host: {
    type: 'string',
    value: '[USER@]HOST[:PORT]',
    description: 'The droplet; clusters/<env>/host.json says it if left out',
  },
  'ssh-key': {
    type: 'string',
    value: 'FILE',
    description: "Private key for SSH; LUNCHBOX_SSH_KEY, or the agent's keys, if left out",
  },
  'known-hosts': {
    type: 'string',
    value: 'FILE',
    description: "The droplet's pinned host keys; clusters/<env>/known_hosts if left out",
  },
};

/** What a delivery may be told, whether it goes forward or back. */
export const DELIVERY: Readonly<Record<string, Option>> = {
  'dry-run': { type: 'boolean', description: 'Print the plan, and change nothing' },
  'exit-code': {
    type: 'boolean',
    needs: 'dry-run',
    description: 'With --dry-run: exit 1 when anything would change',
  },
  'allow-removal': {
    type: 'list',
    value: 'OBJECT',
    description:
      'An object that may be removed although more hangs on it: group/kind/namespace/name, kind/name, or all',
  },
  'take-over': {
    type: 'list',
    value: 'MANAGER',
    description:
      'A manager, as an error names it, from whom objects are taken over: what it set and the tree does not have is removed',
  },
  'max-downtime': {
    type: 'time',
    description: 'Go back when users were without an answer for longer, e.g. 500ms or 2s',
  },
  'probe-address': {
    type: 'string',
    value: 'HOST[:PORT]',
    description: 'Where the public hosts are asked, instead of where DNS leads',
  },
  'no-probe': {
    type: 'boolean',
    excludes: ['max-downtime', 'probe-address'],
    description: 'Ask no public host: neither prove that they answer, nor measure downtime',
  },
  timeout: { type: 'number', min: 1, value: 'MINUTES', description: 'For everything; 30 if left out' },
};

export const ENVIRONMENT = {
  name: 'env',
  description: 'An environment of lunchbox.yaml',
  required: true,
} as const;
