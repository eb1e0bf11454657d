import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../support/cache.ts';

const NODE = '24.21.0';

/** A Go program at a version, built once into the cache. @returns its path */
export function goProgram(module: string, version: string): string {
  const name = module.split('/').at(-1) ?? module;
  const folder = cacheFolder(`${name}-${version}`);
  const program = join(folder, name);
  if (!existsSync(program))
    execFileSync('go', ['install', `${module}@${version}`], {
      stdio: 'inherit',
      env: { ...process.env, GOBIN: folder },
    });
  return program;
}

/** Folder of the Node that GitHub runs actions on, from npm, which knows every platform. */
export function node24(): string {
  const folder = cacheFolder(`node-${NODE}`);
  const bin = join(folder, 'node_modules/node/bin');
  if (!existsSync(join(bin, 'node'))) {
    // Its install script puts the platform's binary in place.
    const args = ['install', '--no-save', '--no-package-lock', '--foreground-scripts', `node@${NODE}`];
    execFileSync('npm', args, { cwd: folder, stdio: 'inherit' });
  }
  return bin;
}

export const hasGo = spawnSync('go', ['version']).status === 0;
