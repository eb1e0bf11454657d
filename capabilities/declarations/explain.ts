import type { Declaration } from '../declaration.ts';

export const explain: Declaration = {
  name: 'explain',
  summary: 'Say what a value of an environment is and where it came from, or what a rule or a risk means',
  positionals: [
    {
      name: 'env|rule|risk',
      description: 'An environment, the id of a rule, or the name of a risk',
      required: true,
    },
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
    { command: 'lunchbox explain outage', does: 'What a risk in a review means' },
  ],
};
