import type { Option } from '../../declaration.ts';

export { ENVIRONMENT } from '../deploy/reach.ts';

/** How a machine is reached as its operator: options of every command that works on one. */
export const MACHINE: Readonly<Record<string, Option>> = {
  host: {
    type: 'string',
    value: '[USER@]HOST[:PORT]',
    description: 'The machine, as root unless said otherwise; clusters/<env>/host.json says it if left out',
  },
  'ssh-key': {
    type: 'string',
    value: 'FILE',
    description: "An operator's private key; LUNCHBOX_OPERATOR_KEY, or the agent's keys, if left out",
  },
  'known-hosts': {
    type: 'string',
    value: 'FILE',
    description: "The machine's pinned host keys; clusters/<env>/known_hosts if left out",
  },
};

export const DRY_RUN: Option = { type: 'boolean', description: 'Say what would be done, and do not do it' };

/** What commands exit with that change a machine, and those of them that take back what fails. */
export const EXIT = 'Exit code 1 when it failed, 2 when it was not begun.';
export const EXIT_TAKEN_BACK = 'Exit code 1 when it failed or was taken back, 2 when it was not begun.';
