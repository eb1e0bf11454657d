import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { builtOnce } from '../../support/built-once.ts';

const NODE = '24.21.0';

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

/** The Node that GitHub runs actions on, from npm, which knows every platform. @returns its path */
export function node24(): string {
  const path = 'node_modules/node/bin/node';
  const folder = builtOnce(`node-${NODE}`, (cwd) => {
    // Its install script puts the platform's binary in place.
    const args = ['install', '--no-save', '--no-package-lock', '--foreground-scripts', `node@${NODE}`];
    execFileSync('npm', args, { cwd, stdio: 'inherit' });
    const version = execFileSync(join(cwd, path), ['--version'], { encoding: 'utf8' }).trim();
    if (version !== `v${NODE}`) throw new Error(`npm has put Node ${version} in place, not ${NODE}`);
  });
  return join(folder, path);
}

export const hasGo = spawnSync('go', ['version']).status === 0;
