import type { Declaration } from '../../declaration.ts';
import { DRY_RUN, ENVIRONMENT, EXIT, EXIT_TAKEN_BACK, MACHINE } from './reach.ts';

export const backupNow: Declaration = {
  name: 'host <env> backup now',
  summary: "Back up k3s' state and all volumes, encrypted, to the bucket of the spec",
  details:
    'By the same unit as every night. With LUNCHBOX_BACKUP_PASSWORD, LUNCHBOX_BACKUP_ACCESS_KEY and\n' +
    'LUNCHBOX_BACKUP_SECRET_KEY set, the machine is given them first. Without the password nobody can ever read a backup:\n' +
    `keep it elsewhere. ${EXIT}`,
  positionals: [ENVIRONMENT],
  options: {
    limit: {
      type: 'time',
      min: 1000,
      description: 'To wait for it; 60m if left out. It goes on by itself',
    },
    ...MACHINE,
  },
  examples: [{ command: 'lunchbox host prod backup now', does: 'Before something risky' }],
};

export const backupList: Declaration = {
  name: 'host <env> backup list',
  summary: 'List the backups of an environment',
  details: 'Exit code 1 when the newest is older than --max-age, 2 when they cannot be listed.',
  positionals: [ENVIRONMENT],
  options: {
    'max-age': { type: 'time', value: 'TIME', description: 'Fail when the newest is older, e.g. 26h' },
    ...MACHINE,
  },
  examples: [
    { command: 'lunchbox host prod backup list', does: 'The newest first, with their ids' },
    {
      command: 'lunchbox host prod backup list --max-age 26h',
      does: 'For a schedule: fails when last night made none',
    },
  ],
};

export const backupRestore: Declaration = {
  name: 'host <env> backup restore',
  summary: 'Put a backup into the place of what a machine has',
  details:
    'Fetches and checks it, stops k3s, puts it in place, starts k3s and proves that all answers. What was there is kept on\n' +
    'the machine as `….before-…` until somebody removes it, and comes back when k3s does not get ready: there must be room\n' +
    `for both. A new machine gets the old server token, too, which the backup holds. ${EXIT_TAKEN_BACK}`,
  positionals: [
    ENVIRONMENT,
    {
      name: 'snapshot',
      description: 'Its id, or the beginning of one; the latest if left out',
      required: false,
    },
  ],
  options: {
    'dry-run': DRY_RUN,
    confirm: { type: 'string', value: 'ENV', description: "The environment's name, to say that you mean it" },
    limit: {
      type: 'time',
      min: 1000,
      description: 'For k3s to get ready with it, and for the app to answer; 10m if left out',
    },
    ...MACHINE,
  },
  examples: [
    { command: 'lunchbox host prod backup restore --dry-run', does: 'Which backup would be restored' },
    { command: 'lunchbox host prod backup restore 4f1d03ab --confirm prod', does: 'Exactly this one' },
  ],
};
