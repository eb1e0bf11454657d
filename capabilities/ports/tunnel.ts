/** How a droplet is reached. Nothing of it is read from the user's own OpenSSH configuration. */
export interface TunnelRequest {
  /** A name or an address. */
  host: string;
  /** 22 if left out. */
  port?: number | undefined;
  /** `lunchbox` if left out. */
  user?: string | undefined;
  /** The pinned host keys, as lines of OpenSSH's `known_hosts`. */
  knownHosts: { file: string; text: string };
  /** The name that the host has in there, where it is not `host`. */
  hostKeyAlias?: string | undefined;
  /** A private key: the path of its file, or itself. The user's agent is asked if left out. */
  key?: { file: string } | { text: string } | undefined;
  /** Where the droplet's API server listens on its loopback; 6443 if left out. */
  apiPort?: number | undefined;
  /** Where its ingress does; 443 and 80 if left out. */
  httpsPort?: number | undefined;
  httpPort?: number | undefined;
  /** Seconds until the droplet has let us in, and again until its API answers; 15 if left out. */
  connectTimeout?: number | undefined;
  /** How often it is tried when nobody answers; 4 if left out. Key problems are never tried again. */
  tries?: number | undefined;
  /** How often a line that was cut is laid anew at the same paths; never if left out. */
  reconnects?: number | undefined;
}

/** When a line was cut. Times in milliseconds of `performance.now()`. */
export interface LineCut {
  /** Until when it carried for sure: a line that only falls silent is found out later. */
  from: number;
  noticed: number;
  /** When it stood again; undefined as long as it does not. */
  until: number | undefined;
}

/** An open line to a droplet. */
export interface Tunnel {
  /** As the droplet gave it; holds credentials. */
  readonly kubeconfig: string;
  /** Unix sockets, in a folder that only this user can enter: the API server, and the ingress. */
  readonly apiSocket: string;
  readonly httpsSocket: string;
  readonly httpSocket: string;
  /** Every time that it was cut until now. */
  readonly cuts: readonly LineCut[];
  /** Aborted when the line is gone for good without having been closed; its reason is a UserError. */
  readonly lost: AbortSignal;
  /** Ends the line and removes everything that it left on disk; does no harm twice. */
  close(): Promise<void>;
}
