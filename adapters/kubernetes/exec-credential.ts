import type { Exec } from '../../capabilities/ports/exec.ts';
import { UserError } from '../../generator/errors.ts';
import type { Access, ExecPlugin } from './kubeconfig.ts';

/** Milliseconds before its end at which a credential is asked for anew. */
const EARLY = 60_000;

/** Asks a credential plugin who we are, and again when what it said runs out. Nothing of its answer is ever told. */
export function pluginToken(
  { command, args, env, apiVersion, installHint }: ExecPlugin,
  access: Access,
  exec: Exec,
  now: () => number = Date.now,
): () => Promise<string | undefined> {
  let known: { token: string; until: number } | undefined;
  const info = JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: access.server } },
  });
  return async () => {
    if (known && now() < known.until) return known.token;
    const result = await exec(command, args, {
      env: { ...env, KUBERNETES_EXEC_INFO: info },
      timeout: 60_000,
    });
    if (result.missing)
      throw new UserError({
        message: `the kubeconfig wants ${command} to say who asks, and it is not installed`,
        remedy: installHint || `Install ${command}, or use a kubeconfig with a token or a certificate.`,
      });
    if (result.code !== 0)
      throw new UserError({
        message: `${command}, which says who asks, failed with ${result.code}`,
        remedy: `Run \`${[command, ...args].join(' ')}\` and see what it says; you may have to log in first.`,
      });
    const status = statusOf(result.stdout.toString('utf8'));
    if (status === undefined)
      throw new UserError({
        message: `${command} gave no token`,
        remedy: 'Client certificates of plugins are not read: use one that gives a token.',
      });
    const until = Date.parse(status.expirationTimestamp ?? '');
    known = { token: status.token, until: Number.isNaN(until) ? Number.POSITIVE_INFINITY : until - EARLY };
    return known.token;
  };
}

function statusOf(text: string): { token: string; expirationTimestamp?: string } | undefined {
  try {
    const { status } = JSON.parse(text) as { status?: { token?: unknown; expirationTimestamp?: string } };
    return typeof status?.token === 'string' ? { ...status, token: status.token } : undefined;
  } catch {
    return undefined;
  }
}
