import type { Declaration } from '../declaration.ts';

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
};
