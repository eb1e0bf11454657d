import type { Declaration } from '../declaration.ts';

export const secretsCheck: Declaration = {
  name: 'secrets check',
  summary:
    'Check sealed values without a private key: form, certificate, scope, nothing missing or left over',
  positionals: [
    { name: 'env', description: 'Environments; all if none is named', required: false, many: true },
  ],
  options: {},
  examples: [{ command: 'lunchbox secrets check prod', does: 'Is everything sealed that prod needs?' }],
};
