import type { Declaration } from '../declaration.ts';

export const keysNew: Declaration = {
  name: 'keys new',
  summary: 'Make the key pair of an environment: certificate into the repository, private key outside of it',
  details:
    'RSA-4096; the certificate is valid for 10 years and goes to clusters/<env>/sealing.crt. Keep the private\n' +
    'key in a password manager and hand it to the cluster before its first sealed value. Nothing is overwritten.',
  positionals: [{ name: 'env', description: 'The environment', required: true }],
  options: {
    out: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      description: 'Where the private key goes; ~/.lunchbox/<app>-<env>.key if left out',
    },
  },
  examples: [
    { command: 'lunchbox keys new prod', does: 'Private key into your home folder' },
    {
      command: 'lunchbox keys new prod --out /media/usb/prod.key',
      does: 'Or elsewhere, outside the repository',
    },
  ],
};
