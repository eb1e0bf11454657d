/** Version of upstream kubeconform that the WebAssembly was built from. */
export const VERSION: string;

export interface Input {
  /** One text for each manifest file; each may hold several documents. */
  manifests: readonly (string | Uint8Array)[];
  /** JSON Schemas by file name, `<kind in lower case>-<first label of group>-<version>.json`; core: `pod-v1.json`. */
  schemas: ReadonlyMap<string, string | Uint8Array> | Readonly<Record<string, string | Uint8Array>>;
  /** Refuse unknown fields and duplicate keys; true unless said otherwise. */
  strict?: boolean;
  /** More options for kubeconform, e.g. `['-skip', 'Secret']`. */
  args?: readonly string[];
}

export interface Verdict {
  /** Index in `manifests`. */
  manifest: number;
  kind: string;
  name: string;
  /** apiVersion. */
  version: string;
  /** Empty for a document that holds nothing. */
  status: 'statusValid' | 'statusInvalid' | 'statusError' | 'statusSkipped' | '';
  /** All errors on one line, each with its place; empty when there is none. */
  msg: string;
  /**
   * The topmost errors only: two wrong fields below `spec` are one `/spec: validation failed`; `msg` has both.
   * `path` is a JSON pointer, except that `/` and `~` in keys are not escaped.
   */
  validationErrors?: { path: string; msg: string }[];
}

export interface Output {
  /** 0: all valid; 1: anything else. */
  exitCode: number;
  stderr: string;
  /** Sorted by manifest. */
  resources: Verdict[];
}

/**
 * Runs kubeconform in memory: no file is written, nothing is downloaded. The same input gives the same output.
 * @throws Error when kubeconform stops without verdicts (an unknown option), or when the WebAssembly is damaged.
 */
export function kubeconform(input: Input): Promise<Output>;

/**
 * Unpacks, verifies and compiles the WebAssembly ahead of the first run; once per process or thread.
 * `manifests`: about how many are to come; hundreds are worth an optimizing compiler.
 */
export function load(hint?: { manifests?: number }): Promise<unknown>;
