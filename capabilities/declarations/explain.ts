import type { Declaration } from '../declaration.ts';

export const explain: Declaration = {
  name: 'explain',
  summary: 'Say what a value of an environment is and where it came from, or what a rule means',
  positionals: [
    { name: 'env|rule', description: 'An environment, or the id of a rule', required: true },
    {
      name: 'path',
      description: 'A value such as workloads.web.replicas; everything if left out',
      required: false,
    },
  ],
  options: {},
  examples: [
    {
      command: 'lunchbox explain prod workloads.web.replicas',
      does: 'One value, and the line or default it came from',
    },
    { command: 'lunchbox explain staging', does: 'The whole environment, every default filled in' },
    { command: 'lunchbox explain image-mutable', does: 'What a finding means' },
  ],
};
