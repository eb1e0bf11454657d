import type { Declaration } from '../../declaration.ts';
import { DRY_RUN, ENVIRONMENT, EXIT, MACHINE } from './reach.ts';

export const hostReboot: Declaration = {
  name: 'host <env> reboot',
  summary: 'Start a machine anew, and prove that it came back well',
  details:
    'Waits for another boot id, and until SSH, k3s and the app answer as before. A single node is not drained: there is\n' +
    `nowhere to drain it to. ${EXIT}`,
  positionals: [ENVIRONMENT],
  options: {
    'dry-run': DRY_RUN,
    force: {
      type: 'boolean',
      description: 'Also while a switch waits for its confirmation, which is forgotten then',
    },
    limit: {
      type: 'time',
      min: 1000,
      description: 'Until it must be back, and well; 10m if left out',
    },
    ...MACHINE,
  },
  examples: [{ command: 'lunchbox host prod reboot', does: 'For a new kernel' }],
};
