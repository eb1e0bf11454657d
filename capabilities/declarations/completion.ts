import type { Declaration } from '../declaration.ts';

export const completion: Declaration = {
  name: 'completion',
  summary: 'Print a completion script for bash, zsh or fish',
  positionals: [{ name: 'shell', description: 'bash, zsh or fish', required: true }],
  options: {},
  without: ['file', 'json'],
  examples: [
    { command: 'source <(lunchbox completion bash)', does: 'In ~/.bashrc' },
    { command: 'lunchbox completion fish > ~/.config/fish/completions/lunchbox.fish', does: 'For fish' },
  ],
};
