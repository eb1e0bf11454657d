const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const waiting = new Set<() => void>();

/**
 * Does something, at once and without waiting, when this process ends: by itself, by `process.exit` or by a signal.
 * A signal that somebody else listens to is left to them; then it is done when they end the process.
 * @returns takes it back
 */
export function atProcessEnd(act: () => void): () => void {
  if (waiting.size === 0) {
    process.on('exit', actNow);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  waiting.add(act);
  return () => {
    if (!waiting.delete(act) || waiting.size > 0) return;
    stopListening();
  };
}

function stopListening(): void {
  process.off('exit', actNow);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function actNow(): void {
  for (const act of [...waiting]) {
    waiting.delete(act);
    try {
      act();
    } catch {
      // Nobody is left to tell, and the rest must be done.
    }
  }
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  actNow();
  stopListening();
  // Now nobody listens: the process ends as if nobody ever had.
  process.kill(process.pid, signal);
}
