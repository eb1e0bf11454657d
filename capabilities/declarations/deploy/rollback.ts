import type { Declaration } from '../../declaration.ts';
import { DELIVERY, ENVIRONMENT, REACH } from './reach.ts';

export const rollback: Declaration = {
  name: 'rollback',
  summary: 'Bring an earlier release back to the cluster',
  details:
    'The last five good releases are kept in the cluster; this needs neither their commits nor their builds. Custom kinds,\n' +
    'volumes and jobs stay as they are. Git still says what was delivered before: bring it back too, or the next delivery\n' +
    'repeats it.',
  positionals: [
    ENVIRONMENT,
    {
      name: 'release',
      description: 'Its number; the good one before the current one if left out',
      required: false,
    },
  ],
  options: { ...DELIVERY, ...REACH },
  examples: [
    { command: 'lunchbox rollback prod', does: 'Back to the good release before this one' },
    { command: 'lunchbox rollback prod 12 --dry-run', does: 'What going back to release 12 would change' },
  ],
};
