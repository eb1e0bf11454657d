import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builtOnce } from '../../support/built-once.ts';
import { goProgram } from '../../support/go-program.ts';

const NODE = '24.21.0';

export const act = () => goProgram('github.com/nektos/act', 'v0.2.89');
export const actionlint = () => goProgram('github.com/rhysd/actionlint/cmd/actionlint', 'v1.7.12');

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
