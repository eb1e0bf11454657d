import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import { type DeploymentState, keptNumbers } from '../state/state.ts';

/** The releases of an environment, the newest first. */
export function formatHistory(environment: string, state: DeploymentState, paint: Paint): string {
  const kept = new Set(keptNumbers(state));
  const rows = state.releases
    .toReversed()
    .map(({ number, revision, at, by, result, message, restores, images }) => {
      const name = `${number === state.current ? '*' : ' '} ${String(number).padStart(4)}`;
      const outcome = result === 'delivered' ? paint.good(result) : paint.bad('failed   ');
      const from = revision === '' ? 'no commit   ' : revision.slice(0, 12);
      const notes = [
        ...(restores === undefined ? [] : [`brings back ${restores}`]),
        ...(result === 'delivered' && !kept.has(number) ? ['not kept'] : []),
        ...(message === '' ? [] : [message]),
      ];
      return [
        `  ${name}  ${outcome}  ${from}  ${at.slice(0, 19).replace('T', ' ')}Z  ${sanitize(by)}`,
        ...notes.map((note) => `          ${sanitize(note)}`),
        ...images.map((image) => `          ${paint.dim(sanitize(image))}`),
      ].join('\n');
    });
  const none = '  nothing was delivered yet';
  return `${paint.bold('lunchbox history')} · ${sanitize(environment)}\n\n${rows.length > 0 ? rows.join('\n') : none}\n`;
}
