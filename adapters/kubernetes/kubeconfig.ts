import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { UserError } from '../../generator/errors.ts';
import { nearest } from '../../generator/suggest.ts';

/** Where a cluster is, and as whom it is asked. */
export interface Access {
  /** `https://host:port`, perhaps with a path. */
  server: string;
  /** A Unix socket that leads there; `server` still says for whom its certificate must be. */
  socketPath?: string | undefined;
  /** PEM; the system's authorities if left out. */
  ca?: string | undefined;
  /** The name that the certificate is for, where it is not that of the address. */
  serverName?: string | undefined;
  /** PEM of a client certificate and its key. */
  certificate?: string | undefined;
  key?: string | undefined;
  token?: string | undefined;
  /** A program that says who asks, as managed clusters have it. */
  exec?: ExecPlugin | undefined;
}

export interface ExecPlugin {
  apiVersion: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  installHint: string;
}

type Entry = Record<string, unknown>;

/**
 * Reads one context of a kubeconfig.
 * @param file Its path: files that it names are relative to it, and errors name it.
 * @param context The current one if left out.
 * @throws UserError, which never holds a credential.
 */
export function readKubeconfig(file: string, text: string, context?: string): Access {
  const fail = (message: string, remedy: string): never => {
    throw new UserError({ message: `${file}: ${message}`, remedy });
  };
  const document = parseDocument(text, { prettyErrors: false });
  const config = document.errors.length > 0 ? undefined : (document.toJS() as unknown);
  if (!isEntry(config)) return fail('this is no kubeconfig', 'Name the file with --kubeconfig.');
  const contexts = entries(config.contexts);
  const name = context ?? config['current-context'];
  if (typeof name !== 'string' || name === '')
    return fail('it has no current context', `Name one with --context: ${[...contexts.keys()].join(', ')}.`);
  const chosen = contexts.get(name)?.context;
  if (!isEntry(chosen)) {
    const guess = nearest(name, contexts.keys());
    return fail(
      `it has no context \`${name}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
      `Contexts: ${[...contexts.keys()].join(', ')}.`,
    );
  }
  const cluster = entries(config.clusters).get(String(chosen.cluster))?.cluster;
  const user = entries(config.users).get(String(chosen.user))?.user ?? {};
  if (!isEntry(cluster) || typeof cluster.server !== 'string' || !/^https:\/\//.test(cluster.server))
    return fail(
      `context \`${name}\` leads to no https server`,
      'Write the address of the API server as `server: https://HOST:PORT`.',
    );
  if (!isEntry(user)) return fail(`the user of context \`${name}\` is not readable`, 'Write it anew.');
  if (cluster['insecure-skip-tls-verify'] === true)
    return fail(
      `context \`${name}\` does not check who answers`,
      'Name the authority with `certificate-authority-data` instead of `insecure-skip-tls-verify`.',
    );
  const read = (entry: Entry, key: string): string | undefined => {
    const data = entry[`${key}-data`];
    if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8');
    const path = entry[key];
    if (typeof path !== 'string') return undefined;
    try {
      return readFileSync(resolve(dirname(file), path), 'utf8');
    } catch {
      return fail(
        `the file of \`${key}\` cannot be read: ${path}`,
        'Bring it back, or write the kubeconfig anew.',
      );
    }
  };
  const token = typeof user.token === 'string' ? user.token : read(user, 'tokenFile');
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: read(cluster, 'certificate-authority'),
    serverName: typeof cluster['tls-server-name'] === 'string' ? cluster['tls-server-name'] : undefined,
    certificate: read(user, 'client-certificate'),
    key: read(user, 'client-key'),
    token: token?.trim(),
    exec: isEntry(user.exec) ? plugin(user.exec) : undefined,
  };
}

function plugin(exec: Entry): ExecPlugin {
  const env = Array.isArray(exec.env) ? exec.env.filter(isEntry) : [];
  return {
    apiVersion: String(exec.apiVersion ?? 'client.authentication.k8s.io/v1'),
    command: String(exec.command ?? ''),
    args: Array.isArray(exec.args) ? exec.args.map(String) : [],
    env: Object.fromEntries(env.map(({ name, value }) => [String(name), String(value)])),
    installHint: typeof exec.installHint === 'string' ? exec.installHint.trim() : '',
  };
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The named items of a list. */
function entries(list: unknown): Map<string, Entry> {
  const items = Array.isArray(list) ? list.filter(isEntry) : [];
  return new Map(items.map((item) => [String(item.name), item]));
}
