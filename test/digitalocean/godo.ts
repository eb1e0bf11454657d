import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builtOnce } from '../support/built-once.ts';

const SOURCE = 'test/digitalocean/godo';

/** A program that asks an account through DigitalOcean's own Go client; built once. */
export function godoProgram(): string {
  const build = (folder: string) =>
    execFileSync('go', ['build', '-o', `${folder}/`, '.'], { cwd: SOURCE, stdio: 'inherit' });
  return join(builtOnce('godo', build, [SOURCE]), 'godo');
}
