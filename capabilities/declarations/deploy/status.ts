import type { Declaration } from '../../declaration.ts';
import { ENVIRONMENT, REACH } from './reach.ts';

export const status: Declaration = {
  name: 'status',
  summary: 'Say what runs in an environment, and whether it is ready',
  details:
    'Exit code 1 when an object is missing or not ready, or when a delivery was begun and not finished.',
  positionals: [ENVIRONMENT],
  options: { ...REACH },
  examples: [{ command: 'lunchbox status prod', does: 'Release, pods, certificates' }],
};
