import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goProgram } from '../../support/go-program.ts';
import type { ApiServer } from '../api-server.ts';

/** The newest that the module proxy serves under a path that can be built. */
const PACKAGE = 'github.com/bitnami-labs/sealed-secrets/cmd/controller';
const VERSION = 'v0.36.6';
/** Where a pod finds who it is. The controller looks nowhere else. */
const ACCOUNT = '/run/secrets/kubernetes.io/serviceaccount';

/** A namespace of its own for mounts: as root, or as a user who may make one. */
const UNSHARE = ['-m', ...(process.getuid?.() === 0 ? [] : ['-U', '-r'])];

/** What is missing to run the controller; undefined when nothing is. */
export const missingForController: string | undefined =
  spawnSync('unshare', [...UNSHARE, 'true']).status === 0 ? undefined : 'mount namespaces';

/** Path of the controller; built once. */
export const sealedSecretsProgram = () => goProgram(PACKAGE, VERSION);

/** The upstream sealed-secrets controller, as a process that believes that it is a pod. */
export async function startSealedSecrets(
  { access }: Pick<ApiServer, 'access'>,
  namespace = 'sealed-secrets',
): Promise<{ log(): string; stop(): Promise<void> }> {
  const program = sealedSecretsProgram();
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-sealed-secrets-'));
  writeFileSync(join(folder, 'token'), access.token ?? '', { mode: 0o600 });
  writeFileSync(join(folder, 'ca.crt'), access.ca ?? '');
  writeFileSync(join(folder, 'namespace'), namespace);
  const script = `mount -t tmpfs none /run && mkdir -p ${ACCOUNT} && mount --bind "$1" ${ACCOUNT} && shift && exec "$@"`;
  const server = new URL(access.server);
  const child = spawn(
    'unshare',
    [...UNSHARE, 'sh', '-c', script, 'sh', folder, program, '--key-renew-period=0', '--update-status=true'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        KUBERNETES_SERVICE_HOST: server.hostname,
        KUBERNETES_SERVICE_PORT: server.port,
        POD_NAMESPACE: namespace,
      },
    },
  );
  let log = '';
  const note = (chunk: Buffer) => {
    log += chunk.toString('utf8');
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  return {
    log: () => log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
