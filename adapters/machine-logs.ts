import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineStage } from '../generator/provision/machine/stages.ts';

/** Writes what a machine logged into one file that only this user can read. @returns its path; undefined when there is nothing */
export function writeMachineLogs(
  folder: string,
  environment: string,
  logs: ReadonlyMap<MachineStage, string>,
): string | undefined {
  if (logs.size === 0) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `provision-${environment}.log`);
  const text = [...logs].map(([stage, log]) => `==> ${stage}\n${log.trimEnd()}\n`).join('\n');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
