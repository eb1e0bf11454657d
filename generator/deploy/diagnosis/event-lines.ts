import { at, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { oneLine } from './one-line.ts';

const MOST_EVENTS = 10;

/**
 * What happened to some objects, the newest last, the same told once: `Warning FailedScheduling (Pod web-1, 4 times): …`.
 * @param events Of the core's API, where those of events.k8s.io are, too.
 * @param uids Of the objects.
 */
export function eventLines(events: readonly JsonObject[], uids: ReadonlySet<string>): string[] {
  const same = new Map<
    string,
    { time: number; count: number; start: string; about: string; message: string }
  >();
  for (const event of events) {
    if (!uids.has(text(at(event, 'involvedObject', 'uid')) ?? '')) continue;
    const start = [text(event.type), text(event.reason)].filter((part) => part).join(' ');
    const about = `${text(at(event, 'involvedObject', 'kind')) ?? ''} ${text(at(event, 'involvedObject', 'name')) ?? ''}`;
    const message = text(event.message) ?? '';
    const key = JSON.stringify([start, about, message]);
    const known = same.get(key);
    same.set(key, {
      start,
      about,
      message,
      time: Math.max(known?.time ?? 0, eventTime(event)),
      count: (known?.count ?? 0) + countOf(event),
    });
  }
  const sorted = [...same.values()].sort((a, b) => a.time - b.time);
  const isWarning = ({ start }: { start: string }) => start.startsWith('Warning');
  // Where there are too many, those that tell of nothing bad are left out first.
  const warnings = sorted.filter(isWarning).slice(-MOST_EVENTS);
  const others = sorted.filter((event) => !isWarning(event)).slice(warnings.length - MOST_EVENTS);
  const shown = new Set([...warnings, ...(warnings.length < MOST_EVENTS ? others : [])]);
  return sorted
    .filter((event) => shown.has(event))
    .map(({ start, about, count, message }) =>
      oneLine(`${start} (${about}${count > 1 ? `, ${count} times` : ''}): ${message}`),
    );
}

/** When it happened last: milliseconds since 1970, 0 where it does not say. */
export function eventTime(event: JsonObject): number {
  const times = [
    at(event, 'series', 'lastObservedTime'),
    event.lastTimestamp,
    event.eventTime,
    event.firstTimestamp,
    at(event, 'metadata', 'creationTimestamp'),
  ];
  for (const time of times) {
    const milliseconds = Date.parse(text(time) ?? '');
    if (!Number.isNaN(milliseconds)) return milliseconds;
  }
  return 0;
}

function countOf(event: JsonObject): number {
  return whole(at(event, 'series', 'count')) ?? whole(event.count) ?? 1;
}
