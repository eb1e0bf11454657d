import type { Declaration } from '../declaration.ts';

export const unseal: Declaration = {
  name: 'unseal',
  summary: 'Open sealed values offline with the private key, for disaster recovery',
  details:
    'Prints secret values on standard output. The private key is also taken by `deploy` and\n' +
    '`provision apply` (--sealing-key) and the workflows bootstrap and provision, which bring it to a cluster that lacks it;\n' +
    'provisioning also keeps it encrypted in escrow.age.',
  positionals: [
    { name: 'env', description: 'The environment', required: true },
    { name: 'name', description: 'One value, printed as it is; all if left out', required: false },
  ],
  options: {
    key: {
      type: 'list',
      short: 'k',
      value: 'FILE',
      description: 'Private key, or several to try; an opened escrow.age holds one',
    },
    env: {
      type: 'boolean',
      excludes: ['<name>', 'json'],
      description: 'Print all values as a .env file instead of JSON',
    },
  },
  examples: [
    { command: 'lunchbox unseal prod --key ~/keys/prod.key', does: 'All values as JSON' },
    {
      command: 'lunchbox unseal prod redis-password --key old.key,new.key',
      does: 'One value, whichever key opens it',
    },
  ],
};
