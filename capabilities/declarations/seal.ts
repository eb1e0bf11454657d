import type { Declaration } from '../declaration.ts';

export const seal: Declaration = {
  name: 'seal',
  summary: 'Encrypt a secret value for one environment into clusters/<env>/secrets.yaml',
  details:
    'The value is read from standard input, from a prompt that does not show it, or from a file; never from\n' +
    'the command line. Only that item changes. With LUNCHBOX_FINGERPRINT_KEY set, a value that has not changed\n' +
    'keeps its ciphertext.',
  positionals: [
    { name: 'env', description: 'The environment', required: true },
    { name: 'name', description: 'Name of the sealed value', required: false },
  ],
  options: {
    'from-file': {
      type: 'string',
      value: 'FILE',
      excludes: ['from-env', 'from-secret'],
      description: 'Read the value from a file',
    },
    'from-env': {
      type: 'string',
      value: 'FILE',
      excludes: ['from-secret', '<name>'],
      description: 'Seal many: a JSON object or a .env file (`-`: standard input)',
    },
    'from-secret': {
      type: 'string',
      value: 'FILE',
      excludes: ['<name>'],
      description: 'Take over the values of a Kubernetes Secret manifest',
    },
    'keep-whitespace': {
      type: 'boolean',
      description: 'Seal a value that begins or ends with blanks or a newline as it is',
    },
    remove: {
      type: 'boolean',
      excludes: ['from-file', 'from-env', 'from-secret', 'keep-whitespace'],
      description: 'Remove the named value instead',
    },
  },
  examples: [
    { command: 'lunchbox seal prod redis-password', does: 'Asks for the value without showing it' },
    {
      command: 'printf %s "$TOKEN" | lunchbox seal prod api-token',
      does: 'From standard input (`echo` would add a newline)',
    },
    { command: 'lunchbox seal prod --from-env .env.prod', does: 'Many at once' },
    {
      command: 'lunchbox seal prod .dockerconfigjson --from-file ~/.docker/config.json',
      does: 'What a private image is pulled with',
    },
    { command: 'lunchbox seal prod --from-secret old/secret.yaml', does: 'Take over a hand-written Secret' },
  ],
};
