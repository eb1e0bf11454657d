import { parseDocument } from 'yaml';

/** What `host.json` says that matters on day two. */
export interface MachineFacts {
  /** Undefined where it says none: then any machine with the pinned key is the right one. */
  hostName: string | undefined;
  role: 'server' | 'agent';
}

/** Reads `clusters/<env>/host.json`, which is known to be JSON; what else stands there is for others. */
export function readMachineFacts(text: string | undefined): MachineFacts {
  const data: unknown = text === undefined ? {} : parseDocument(text, { schema: 'json' }).toJS();
  const record = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  return {
    hostName: typeof record.hostName === 'string' ? record.hostName : undefined,
    role: record.role === 'agent' ? 'agent' : 'server',
  };
}
