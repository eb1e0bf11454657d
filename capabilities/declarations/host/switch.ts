import type { Declaration } from '../../declaration.ts';
import { ENVIRONMENT, EXIT_TAKEN_BACK, MACHINE } from './reach.ts';

export const hostSwitch: Declaration = {
  name: 'host <env> switch',
  summary: 'Bring what the repository says of a machine to it, prove it, or go back',
  details:
    'Builds the flake at HEAD on the machine, activates it, and looks over new connections whether SSH, k3s and the app\n' +
    'answer as before. Only then it becomes what the machine starts with. Whatever fails is taken back; a machine that\n' +
    `nobody reaches goes back by itself. ${EXIT_TAKEN_BACK}`,
  positionals: [ENVIRONMENT],
  options: {
    'dry-run': { type: 'boolean', description: 'Build, say what would change, and change nothing that runs' },
    revision: { type: 'string', value: 'COMMIT', description: 'Instead of HEAD' },
    'working-tree': {
      type: 'boolean',
      excludes: ['revision'],
      description: 'The files that git tracks as they lie there, committed or not',
    },
    'build-here': {
      type: 'boolean',
      description: 'Build with the Nix of this machine and copy, for machines with little memory',
    },
    limit: {
      type: 'time',
      min: 1000,
      description: 'From the activation until the machine goes back by itself, e.g. 90s; 5m if left out',
    },
    ...MACHINE,
  },
  examples: [
    { command: 'lunchbox host prod switch --dry-run', does: 'Which packages and units would change' },
    { command: 'lunchbox host prod switch', does: 'The same, activated, proven, and kept' },
  ],
};
