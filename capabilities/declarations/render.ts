import type { Declaration } from '../declaration.ts';
import { commitInputs } from './commit-inputs.ts';

export const render: Declaration = {
  name: 'render',
  summary: 'Write clusters/<env>/manifests from lunchbox.yaml',
  details:
    'Files it wrote earlier and no longer renders are removed; files it does not own are left and named.\n' +
    'All files change, or none.',
  positionals: [
    { name: 'env', description: 'Environments; all if none is named', required: false, many: true },
  ],
  options: {
    check: {
      type: 'boolean',
      description: 'Write nothing; print the patch and exit 1 when committed files are stale',
    },
  },
  examples: [
    { command: 'lunchbox render', does: 'Bring every environment up to date' },
    { command: 'lunchbox render --check', does: 'In CI: fail when somebody forgot to' },
    { command: 'lunchbox render staging', does: 'Only staging' },
  ],
  action: {
    folder: 'render',
    inputs: {
      environments: { type: 'list', description: 'Environments; all if none is named' },
      check: {
        option: 'check',
        description: 'Write nothing; fail, with the patch, when committed files are stale',
      },
      image: {
        type: 'list',
        description:
          'Images by digest that the environments are to run from now on (the output of build-image)',
      },
      revision: { type: 'string', description: 'With `image`: the commit it was built from' },
      secrets: {
        type: 'text',
        secret: true,
        description:
          'Values to seal for the one environment that is named, each on a line as `item: VALUE` where VALUE is what the ' +
          'expression `toJSON(secrets.NAME)` gives. One that the run does not have, as in a pull request from a fork, ' +
          'keeps its ciphertext',
      },
      'fingerprint-key': {
        type: 'string',
        secret: true,
        description:
          'With `secrets`: LUNCHBOX_FINGERPRINT_KEY, by which values that have not changed are known',
      },
      commit: {
        type: 'boolean',
        default: 'false',
        description: 'Commit what differs below clusters/<env> to the branch, and push it; never with force',
      },
      ...commitInputs('Render {environments}'),
    },
    outputs: {
      changed: '`true` when rendered files differ from those that were there',
      commit: 'The commit that was pushed, or nothing',
      holder: 'With `commit`: the commit that has these files, whether it was pushed now or before',
      digests: 'JSON object: environment to the digest of its rendered bytes',
    },
    permissions: {
      'contents: read': 'to check out the repository',
      'contents: write': 'only with `commit`',
    },
  },
};
