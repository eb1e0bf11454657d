import type { Declaration } from '../../declaration.ts';
import { ENVIRONMENT, TOKEN } from './reach.ts';

export const provisionDestroy: Declaration = {
  name: 'provision <env> destroy',
  summary: "Remove an environment's droplet and what belongs to it; its data only when told to",
  details: `Lists everything first, and asks for the environment's name. ${TOKEN}`,
  positionals: [ENVIRONMENT],
  options: {
    'dry-run': { type: 'boolean', description: 'List what would be removed, and remove nothing' },
    confirm: { type: 'string', value: 'ENV', description: "The environment's name, instead of being asked" },
    'with-data': { type: 'boolean', description: 'Also the volume, the address and the records' },
  },
  examples: [
    { command: 'lunchbox provision prod destroy --dry-run', does: 'What would be removed' },
    { command: 'lunchbox provision prod destroy --with-data', does: 'Everything, after asking' },
  ],
};
