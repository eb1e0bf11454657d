import type { Declaration } from '../../declaration.ts';
import { ENVIRONMENT, IMAGE, REPLACE, TOKEN } from './reach.ts';

export const provisionPlan: Declaration = {
  name: 'provision <env> plan',
  summary: 'Say what an environment needs of a DigitalOcean account, what is missing, and what it costs',
  details: `Looks and changes nothing. ${TOKEN}`,
  positionals: [ENVIRONMENT],
  options: {
    'exit-code': { type: 'boolean', description: 'Exit 1 when anything would change' },
    ...IMAGE,
    ...REPLACE,
  },
  examples: [
    { command: 'lunchbox provision prod plan', does: 'A table with the monthly cost and its change' },
    { command: 'lunchbox provision prod plan --json', does: 'The same as data, with the digest of the plan' },
  ],
};
