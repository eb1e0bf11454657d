import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import type { Owned } from '../inventory.ts';
import { subjectOf } from '../inventory.ts';
import type { Readiness } from '../readiness/index.ts';
import type { DeliveredRelease, DeploymentState } from '../state/state.ts';

export interface Status {
  version: string;
  release: DeliveredRelease | undefined;
  pending: DeploymentState['pending'];
  delivering: string | undefined;
  objects: readonly { owned: Owned; readiness: Readiness }[];
}

/** What runs, and what is not as it should be. */
export function formatStatus(
  environment: string,
  { version, release, pending, delivering, objects }: Status,
  paint: Paint,
): string {
  const waiting = objects.filter(({ readiness }) => readiness.state !== 'ready');
  const lines = [
    `${paint.bold('lunchbox status')} · ${sanitize(environment)} · Kubernetes ${sanitize(version)}`,
    '',
    release
      ? `  release ${release.number} of ${release.revision.slice(0, 12) || 'no commit'}, delivered ${release.at.slice(0, 19).replace('T', ' ')}Z by ${sanitize(release.by)}`
      : '  nothing was delivered yet',
    ...(release
      ? [
          `  ${paint.dim(release.digest)}`,
          ...release.images.map((image) => `  ${paint.dim(sanitize(image))}`),
        ]
      : []),
    ...(delivering === undefined
      ? []
      : [`  ${paint.warn('under way')}: ${sanitize(delivering)}; what waits below is its own work`]),
    ...(pending && delivering === undefined
      ? [
          `  ${paint.warn('unfinished')}: a delivery of ${pending.revision.slice(0, 12) || 'no commit'} began ${pending.since.slice(0, 19).replace('T', ' ')}Z; deliver again`,
        ]
      : []),
    '',
    `  ${objects.length} objects, ${waiting.length === 0 ? paint.good('all ready') : paint.bad(`${waiting.length} not ready`)}`,
    ...waiting.map(({ owned, readiness }) => {
      const sign = readiness.state === 'failed' ? paint.bad('failed') : paint.warn('waits ');
      return `    ${sign}  ${sanitize(subjectOf(owned))}: ${sanitize(readiness.message)}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
