import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { builtOnce } from './built-once.ts';

export const hasGo = spawnSync('go', ['version']).status === 0;

/** A Go program at a version, built once into the cache. @returns its path */
export function goProgram(module: string, version: string): string {
  const name = module.split('/').at(-1) ?? module;
  const folder = builtOnce(`${name}-${version}`, (GOBIN) => {
    execFileSync('go', ['install', `${module}@${version}`], {
      stdio: 'inherit',
      env: { ...process.env, GOBIN },
    });
  });
  return join(folder, name);
}
