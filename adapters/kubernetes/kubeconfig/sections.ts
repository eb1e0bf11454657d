import { parseDocument } from 'yaml';
import { UserError } from '../../../generator/errors.ts';

export type Entry = Record<string, unknown>;

/** A cluster, user or context under its name, and the file that says it. */
export interface Section {
  name: string;
  file: string;
  entry: Entry;
}

/** What one kubeconfig says, or several together. */
export interface Kubeconfig {
  /** Those that were read, in the order in which they count. */
  files: readonly string[];
  currentContext: string | undefined;
  contexts: ReadonlyMap<string, Section>;
  clusters: ReadonlyMap<string, Section>;
  users: ReadonlyMap<string, Section>;
}

/** Reads one file. An empty one is a kubeconfig that says nothing. @throws UserError, which never holds a credential */
export function parseKubeconfig(file: string, text: string): Kubeconfig {
  const document = parseDocument(text, { prettyErrors: false });
  const config = document.errors.length > 0 ? undefined : (document.toJS() as unknown);
  const isEmpty = config === null && text.trim() === '';
  if (!isEmpty && (!isEntry(config) || !['Config', undefined].includes(config.kind as string | undefined)))
    throw new UserError({
      message: `${file}: this is no kubeconfig`,
      remedy: 'Name the file with --kubeconfig, or mend the list in KUBECONFIG.',
    });
  const { contexts, clusters, users, 'current-context': current } = isEntry(config) ? config : {};
  return {
    files: [file],
    currentContext: typeof current === 'string' && current !== '' ? current : undefined,
    contexts: sections(file, contexts, 'context'),
    clusters: sections(file, clusters, 'cluster'),
    users: sections(file, users, 'user'),
  };
}

/** Several files as kubectl reads them together: whoever says a name first has said all of it. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const merged = (key: 'contexts' | 'clusters' | 'users') =>
    new Map(configs.toReversed().flatMap((config) => [...config[key]]));
  return {
    files: configs.flatMap(({ files }) => files),
    currentContext: configs.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    contexts: merged('contexts'),
    clusters: merged('clusters'),
    users: merged('users'),
  };
}

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sections(file: string, list: unknown, kind: string): Map<string, Section> {
  const found = new Map<string, Section>();
  for (const item of Array.isArray(list) ? list.filter(isEntry) : []) {
    const name = String(item.name ?? '');
    if (found.has(name))
      throw new UserError({
        message: `${file}: it has two ${kind}s of the name \`${name}\``,
        remedy: 'Remove one of them: kubectl does not read such a file, either.',
      });
    const entry = item[kind];
    found.set(name, { name, file, entry: isEntry(entry) ? entry : {} });
  }
  return found;
}
