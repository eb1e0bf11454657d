import { duration } from '../../deploy/format/words.ts';
import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import type { ProvisionEvent } from '../events.ts';
import { type MachineEvent, STAGE_TITLES } from '../machine/stages.ts';
import { formatEvent } from './text.ts';

/** What happens while a machine is set up, as lines below the step that it belongs to; each ends with a newline. */
function formatMachineEvent(event: MachineEvent, paint: Paint): string {
  switch (event.type) {
    case 'stage':
      return `    ${paint.bold(STAGE_TITLES[event.stage])}  ${paint.dim(`at most ${duration(event.limit)}`)}\n`;
    case 'progress':
      return `      ${'waits'.padEnd(9)} ${sanitize(event.message)}\n`;
    case 'warning':
      return `      ${paint.warn('warning'.padEnd(9))} ${sanitize(event.message)}\n`;
    case 'stage-done': {
      const { outcome, milliseconds, note } = event.entry;
      const word = outcome === 'already' ? 'so before' : outcome;
      const painted = outcome === 'failed' ? paint.bad(word.padEnd(9)) : paint.good(word.padEnd(9));
      return `      ${painted} ${note === '' ? '' : `${sanitize(note)}, `}${duration(milliseconds)}\n`;
    }
  }
}

/** Either kind. */
export function formatAnyEvent(event: ProvisionEvent | MachineEvent, paint: Paint): string {
  return isOfMachine(event) ? formatMachineEvent(event, paint) : formatEvent(event, paint);
}

function isOfMachine(event: ProvisionEvent | MachineEvent): event is MachineEvent {
  return 'stage' in event || event.type === 'stage-done';
}
