import { UserError } from '../../generator/errors.ts';
import { nearest } from '../../generator/suggest.ts';
import { readCluster } from './kubeconfig/cluster.ts';
import { Fields } from './kubeconfig/fields.ts';
import type { Impersonation } from './kubeconfig/impersonation.ts';
import { type Kubeconfig, parseKubeconfig, type Section } from './kubeconfig/sections.ts';
import { readUser } from './kubeconfig/user.ts';

/** Where a cluster is, and as whom it is asked. */
export interface Access {
  /** `https://host:port`, perhaps with a path. */
  server: string;
  /** A Unix socket that leads there; `server` still says for whom its certificate must be. */
  socketPath?: string | undefined;
  /** Address of an http or https proxy that leads there; it may hold a credential. */
  proxy?: string | undefined;
  /** PEM; the system's authorities if left out. */
  ca?: string | undefined;
  /** The name that the certificate is for, where it is not that of the address. */
  serverName?: string | undefined;
  /** PEM of a client certificate and its key. */
  certificate?: string | undefined;
  key?: string | undefined;
  token?: string | undefined;
  /** Where the token is from; it may be written anew there. */
  tokenFile?: string | undefined;
  /** A program that says who asks, as managed clusters have it. */
  exec?: ExecPlugin | undefined;
  /** As whom requests count, in place of who makes them. */
  impersonation?: Impersonation | undefined;
}

export interface ExecPlugin {
  apiVersion: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  installHint: string;
}

/** What a context leads to, and what says so. */
export interface ContextAccess extends Access {
  context: string;
  /** The file that the address is from. */
  file: string;
}

/**
 * Reads one context of one kubeconfig.
 * @param file Its path: files that it names are relative to it, and errors name it.
 * @param context The current one if left out.
 * @throws UserError, which never holds a credential.
 */
export function readKubeconfig(file: string, text: string, context?: string): ContextAccess {
  return accessOf(parseKubeconfig(file, text), context);
}

/** What a context leads to. @param wanted The current one if left out. @throws UserError, which never holds a credential */
export function accessOf(config: Kubeconfig, wanted?: string): ContextAccess {
  const context = contextOf(config, wanted);
  const cluster = named(config, context, 'cluster');
  const user = named(config, context, 'user');
  return {
    context: context.name,
    file: cluster.file,
    ...readCluster(new Fields(cluster, 'cluster', context.name)),
    ...readUser(new Fields(user, 'user', context.name)),
  };
}

function contextOf({ files, contexts, currentContext }: Kubeconfig, wanted: string | undefined): Section {
  const name = wanted ?? currentContext;
  const where = files.join(', ');
  const all = [...contexts.keys()].join(', ');
  if (name === undefined)
    throw new UserError({
      message: `${where}: it has no current context`,
      remedy: all === '' ? 'It has no context at all: take another.' : `Name one with --context: ${all}.`,
    });
  const found = contexts.get(name);
  if (found) return found;
  const guess = nearest(name, contexts.keys());
  throw new UserError({
    message: `${where}: it has no context \`${name}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
    remedy: all === '' ? 'It has none at all.' : `Contexts: ${all}.`,
  });
}

/** The cluster or user that a context names, in whatever file it stands. */
function named(config: Kubeconfig, { name, file, entry }: Section, kind: 'cluster' | 'user'): Section {
  const wanted = entry[kind];
  const fail = (message: string, remedy: string): never => {
    throw new UserError({ message: `${file}: context \`${name}\` ${message}`, remedy });
  };
  if (typeof wanted !== 'string' || wanted === '')
    return fail(`names no ${kind}`, `Write \`${kind}: NAME\` into it.`);
  const known = kind === 'cluster' ? config.clusters : config.users;
  const found = known.get(wanted);
  if (found) return found;
  const guess = nearest(wanted, known.keys());
  return fail(
    `names a ${kind} that is not there: \`${wanted}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
    `Looked for in ${config.files.join(', ')}. Add it, or take the kubeconfig anew.`,
  );
}
