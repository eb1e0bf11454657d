import type { Declaration } from '../declaration.ts';

export const preview: Declaration = {
  name: 'preview',
  summary: 'Render and validate every environment in memory, and compare with what is committed',
  details: 'Writes nothing. What `npm start` runs.',
  positionals: [
    { name: 'env', description: 'Environments; all if none is named', required: false, many: true },
  ],
  options: {},
  examples: [
    { command: 'lunchbox preview', does: 'See what a render would change, and whether it would be valid' },
    { command: 'lunchbox preview prod --json', does: 'The same for prod alone, as data' },
  ],
};
