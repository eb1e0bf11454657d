import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builtOnce } from '../support/built-once.ts';
import { goProgram } from '../support/go-program.ts';

const BUILDKIT = 'test/build-image/buildkit';

export const buildxProgram = () => goProgram('github.com/docker/buildx/cmd/buildx', 'v0.38.2');

/** Path of a BuildKit newer than the one in Docker's engine; built once. */
export function buildkitProgram(): string {
  return join(builtOnce('buildkit', buildInto, [BUILDKIT]), 'buildkitd');
}

function buildInto(folder: string): void {
  const output = join(folder, 'buildkitd');
  const args = ['build', '-trimpath', '-o', output, 'github.com/moby/buildkit/cmd/buildkitd'];
  execFileSync('go', args, { cwd: BUILDKIT, stdio: 'inherit', env: { ...process.env, CGO_ENABLED: '0' } });
}
