/** How a machine's own shell is reached. Nothing is read from the user's OpenSSH configuration. */
export interface RemoteRequest {
  /** A name or an address. */
  host: string;
  /** 22 if left out. */
  port?: number | undefined;
  /** `root` if left out. */
  user?: string | undefined;
  /** The pinned host keys, as lines of OpenSSH's `known_hosts`. */
  knownHosts: { file: string; text: string };
  /** The name that the host has in there, where it is not `host`. */
  hostKeyAlias?: string | undefined;
  /** A private key: the path of its file, or itself. The user's agent is asked if left out. */
  key?: { file: string } | { text: string } | undefined;
  /** Seconds until the machine has let us in; 15 if left out. */
  connectTimeout?: number | undefined;
}

export interface RemoteOptions {
  /** Standard input: secrets travel here, never in a command. */
  input?: string | Uint8Array | undefined;
  /** Milliseconds; the line is cut after that. */
  timeout?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Called for every whole line while it runs, without its end. */
  onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
}

export interface RemoteResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** A shell on a machine. Each command is a connection of its own. */
export interface Remote {
  /**
   * Runs a command line in the machine's `sh`.
   * @returns its result, whatever its exit code
   * @throws UserError when the machine cannot be reached or shows another host key; `transient` on it when a later try may succeed
   */
  run(command: string, options?: RemoteOptions): Promise<RemoteResult>;
}

/** @throws UserError */
export type OpenRemote = (request: RemoteRequest) => Remote;
