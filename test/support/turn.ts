import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const PAUSE = 200;

/**
 * Waits until no other process of this machine has its turn, which a file tells. A process that died with it has none.
 * @returns what ends the turn
 */
export function turn(file: string): () => void {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    // A link is there whole or not at all.
    while (!link(own, file)) {
      const holder = holderOf(file);
      if (holder === process.pid) return () => undefined;
      if (holder !== undefined && isAlive(holder))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      else rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
