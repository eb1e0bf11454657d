import { UserError } from '../generator/errors.ts';

/** What somebody may stop between two steps. */
export type Interruptible =
  | 'delivery'
  | 'provisioning'
  | 'destroy'
  | 'switch'
  | 'reboot'
  | 'backup'
  | 'list'
  | 'restore';

const TOLD: Readonly<Record<Interruptible, { message: string; remedy: string }>> = {
  delivery: {
    message: 'the delivery stopped between two steps',
    remedy: 'Nothing is lost. Run it again: it goes on from where it is.',
  },
  provisioning: {
    message: 'provisioning stopped between two steps',
    remedy:
      'A droplet that this run had not finished is removed; all else stays, and costs. Run it again: it goes on from where it is.',
  },
  destroy: {
    message: 'not all of it was removed',
    remedy: 'What is left costs. Run it again: it removes the rest.',
  },
  switch: {
    message: 'nothing was activated on the machine',
    remedy: 'What was built is kept there for a while. Run it again: it builds what is missing.',
  },
  reboot: { message: 'the machine was not started anew', remedy: 'Nothing was changed. Run it again.' },
  backup: { message: 'no backup was begun', remedy: 'Nothing was changed. Run it again.' },
  list: { message: 'the backups were not listed', remedy: 'Nothing was changed. Run it again.' },
  restore: { message: 'no restore was begun', remedy: 'Nothing was changed. Run it again.' },
};

/** Somebody stopped it. What a machine goes on with by itself is told by whoever follows it there. */
export class Interrupted extends UserError {
  constructor(what: Interruptible) {
    const { message, remedy } = TOLD[what];
    super({ message: `interrupted: ${message}`, remedy });
  }
}
