import { execFileSync } from 'node:child_process';

/** Tests of the command line and of the actions run what users run: the bundles. */
export default function setup(): void {
  for (const script of ['scripts/build.mjs', 'scripts/build-actions.mjs']) {
    execFileSync(process.execPath, [script, '--quiet'], { stdio: 'inherit' });
  }
}
