/** Runs a program without a shell: arguments are passed as they are. */
export type Exec = (program: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

export interface ExecOptions {
  cwd?: string | undefined;
  /** Laid over the process' own environment; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Standard input. */
  input?: string | Uint8Array | undefined;
  /** Milliseconds; the program is ended after that. */
  timeout?: number | undefined;
  /** Called for every whole line while the program runs, without its end. */
  onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
}

export interface ExecResult {
  /** Exit code; 127 with `missing` when there is no such program, 124 with `timedOut` when it was ended. */
  code: number;
  stdout: Buffer;
  stderr: string;
  missing: boolean;
  timedOut: boolean;
}
