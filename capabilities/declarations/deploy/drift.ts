import type { Declaration } from '../../declaration.ts';
import { ENVIRONMENT, REACH } from './reach.ts';

export const drift: Declaration = {
  name: 'drift',
  summary: 'Say what differs between the cluster and what was delivered to it',
  details:
    'Compares the fields that Lunchbox answers for with the release that runs. What others add beside them is theirs.\n' +
    'Nothing is changed. Exit code 1 when anything differs, and 2 while something is delivered: half a delivery is no drift.',
  positionals: [ENVIRONMENT],
  options: { ...REACH },
  examples: [
    { command: 'lunchbox drift prod', does: 'What somebody changed by hand' },
    { command: 'lunchbox drift prod --json', does: 'The same as data' },
  ],
};
