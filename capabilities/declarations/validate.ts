import type { Declaration } from '../declaration.ts';

export const validate: Declaration = {
  name: 'validate',
  summary: 'Check committed manifests: schemas, wiring between objects, capacity',
  details:
    'kubeconform runs as WebAssembly; a `kubeconform` of the pinned version on PATH, or the one that\n' +
    'LUNCHBOX_KUBECONFORM names, is used instead. Exit 1 when there is a finding of severity error.',
  positionals: [
    { name: 'env', description: 'Environments; all if none is named', required: false, many: true },
  ],
  options: {
    path: {
      type: 'string',
      short: 'p',
      value: 'DIR',
      excludes: ['<env>'],
      description: 'Any folder of manifests, also ones that Lunchbox did not write',
    },
    nodes: {
      type: 'number',
      min: 1,
      needs: 'path',
      description: 'With --path: how many nodes the cluster has; 1 if left out',
    },
    size: {
      type: 'string',
      value: 'SLUG',
      needs: 'path',
      description: 'With --path: droplet size to check the capacity of',
    },
    schemas: {
      type: 'string',
      value: 'DIR',
      description: 'JSON Schemas of custom resources, as <kind>-<group>-<version>.json',
    },
    sarif: {
      type: 'string',
      value: 'FILE',
      description: 'Also write the findings as SARIF 2.1.0 (`-`: standard output)',
    },
    annotations: {
      type: 'boolean',
      description: 'Print findings as GitHub annotations; the default in GitHub Actions',
    },
  },
  examples: [
    { command: 'lunchbox validate', does: 'Check what is committed for every environment' },
    { command: 'lunchbox validate --path ../old/kubernetes', does: 'Check hand-written manifests' },
    { command: 'lunchbox validate prod --sarif findings.sarif', does: 'For a code scanning upload' },
  ],
  action: {
    folder: 'validate',
    details:
      'kubeconform runs as WebAssembly; a `kubeconform` of the pinned version on PATH, or the one that\n' +
      'LUNCHBOX_KUBECONFORM names, is used instead. Findings are told on their lines; one of severity error fails the step.',
    inputs: {
      environments: { type: 'list', description: 'Environments; all if none is named' },
      path: { option: 'path', excludes: ['environments'] },
      nodes: { option: 'nodes', description: 'How many nodes the cluster has; 1 if left out' },
      size: { option: 'size', description: 'Droplet size to check the capacity of' },
      schemas: { option: 'schemas' },
      sarif: {
        type: 'string',
        description: 'File for the findings as SARIF 2.1.0; one below RUNNER_TEMP if left out',
      },
    },
    outputs: {
      errors: 'Number of errors',
      warnings: 'Number of warnings',
      sarif: 'The SARIF file',
    },
    permissions: { 'contents: read': 'to check out the repository' },
  },
};
