import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builtOnce } from '../../support/built-once.ts';

const SOURCE = 'test/cluster/traefik';
/** The newest that builds from the Go module proxy alone. */
const VERSION = '3.6.12';

/** Path of a real Traefik. Built when the cache has none: several minutes. */
export function traefikProgram(): string {
  return join(builtOnce('traefik', buildInto, [SOURCE]), 'traefik');
}

function buildInto(folder: string): void {
  const flags = `-ldflags=-s -w -X github.com/traefik/traefik/v3/pkg/version.Version=${VERSION}`;
  execFileSync(
    'go',
    ['build', '-trimpath', flags, '-o', `${folder}/`, 'github.com/traefik/traefik/v3/cmd/traefik'],
    { cwd: SOURCE, stdio: 'inherit', env: { ...process.env, CGO_ENABLED: '0' } },
  );
}
