import type { Declaration } from '../../declaration.ts';
import { ENVIRONMENT, REACH } from './reach.ts';

export const history: Declaration = {
  name: 'history',
  summary: 'List the releases of an environment, as its cluster remembers them',
  positionals: [ENVIRONMENT],
  options: { ...REACH },
  examples: [{ command: 'lunchbox history prod', does: 'Number, commit, time and result of each release' }],
};
