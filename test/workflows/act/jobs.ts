/** `start NAME`, `succeeded NAME` and `failed NAME` of every job, as the runner's log tells them, in that order. */
export function jobEvents(log: string): string[] {
  const events: string[] = [];
  const started = new Set<string>();
  for (const [, job = '', said = ''] of log.matchAll(/^\[[^/\]]+\/([^\]]+?) *\] +(⭐|🏁 +Job \w+)/gmu)) {
    if (said !== '⭐') events.push(`${said.split(' ').at(-1)} ${job}`);
    else if (!started.has(job)) events.push(`start ${job}`);
    started.add(job);
  }
  return events;
}
