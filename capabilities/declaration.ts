/** A named value that a person or a workflow passes in. */
export interface Option {
  description: string;
  /** A switch without a value, or text; `number` is text that must be a whole number. */
  type: 'boolean' | 'string' | 'number';
  /** One letter. */
  short?: string;
  /** What stands for the value in help texts, e.g. `FILE`. */
  value?: string;
}

export interface Positional {
  /** As it stands in the usage line, e.g. `env`. */
  name: string;
  description: string;
  required: boolean;
  /** The last one may take all that follow. */
  many?: boolean;
}

/** One capability of Lunchbox as data: the command line, its help and its completion are made from it. */
export interface Declaration {
  /** Words of the command, e.g. `secrets check`. */
  name: string;
  summary: string;
  /** What one has to know beyond the summary. */
  details?: string;
  positionals: readonly Positional[];
  options: Readonly<Record<string, Option>>;
  examples: readonly { command: string; does: string }[];
}
