import type { Input } from '../declaration.ts';

/** How an action commits what it has written: inputs beside `commit`. @param message What is said if nothing else is */
export function commitInputs(message: string): Readonly<Record<string, Input>> {
  return {
    branch: { type: 'string', description: 'With `commit`: the branch; that of the run if left out' },
    message: { type: 'string', default: message, description: 'With `commit`: the message' },
    'author-name': { type: 'string', default: 'lunchbox', description: 'With `commit`: who made it' },
    'author-email': {
      type: 'string',
      default: 'lunchbox@users.noreply.github.com',
      description: 'With `commit`: their address',
    },
    token: {
      type: 'string',
      secret: true,
      description: "With `commit`: what to push with; the job's own credentials for git if left out",
    },
  };
}
