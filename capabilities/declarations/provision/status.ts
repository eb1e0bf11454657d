import type { Declaration } from '../../declaration.ts';
import { ENVIRONMENT, TOKEN } from './reach.ts';

export const provisionStatus: Declaration = {
  name: 'provision <env> status',
  summary: 'Say what a DigitalOcean account holds of an environment',
  details: TOKEN,
  positionals: [ENVIRONMENT],
  options: {},
  examples: [
    { command: 'lunchbox provision prod status', does: 'Droplet, address, volume, and what they cost' },
  ],
};
