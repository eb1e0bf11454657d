import { script } from '../shell.ts';

/** Starts the machine anew, after this connection has ended in order. */
export function rebootScript(): string {
  return script('systemctl --no-block reboot');
}
