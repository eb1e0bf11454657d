/** A named value that a person or a workflow passes in. */
export interface Option {
  description: string;
  /** A switch without a value, or text; `number` is a whole number; `time` is `500ms`, `2s` or `1m`; a `list` is several, with commas or by the option repeated. */
  type: 'boolean' | 'string' | 'number' | 'time' | 'list';
  /** One letter. */
  short?: string;
  /** What stands for the value in help texts, e.g. `FILE`. */
  value?: string;
  /** The least that a `number`, or a `time` in milliseconds, may be. */
  min?: number;
  /** The option without which this one would be ignored. */
  needs?: string;
  /** Options beside which this one, or they, would be ignored; an argument that is no option as `<env>`. */
  excludes?: readonly string[];
}

export interface Positional {
  /** As it stands in the usage line, e.g. `env`. */
  name: string;
  description: string;
  required: boolean;
  /** The last one may take all that follow. */
  many?: boolean;
}

/** An input of a GitHub Action. */
export interface Input {
  description: string;
  /** `list`: separated by blanks, commas or newlines. `text`: several lines, taken as they are. */
  type: 'boolean' | 'string' | 'number' | 'time' | 'list' | 'text';
  required?: boolean;
  default?: string;
  /** Its value is masked in the log, and never printed. */
  secret?: boolean;
  /** As of options, by names of inputs. */
  min?: number;
  needs?: string;
  excludes?: readonly string[];
}

/** How a capability is used as a GitHub Action. */
export interface ActionShape {
  /** Folder below `actions/`, which is also the action's name. */
  folder: string;
  /** Where the command's own do not fit: an action may do more, and has no exit code. */
  summary?: string;
  details?: string;
  /** The commands that do the same; the declared one if left out. */
  commands?: readonly string[];
  /**
   * An input made of an option takes over its type, its rules, and its description where that fits: one text for both.
   * Partners that are no inputs do not count; others may be added.
   */
  inputs: Readonly<
    Record<
      string,
      Input | { option: string; default?: string; description?: string; excludes?: readonly string[] }
    >
  >;
  /** Output -> description. */
  outputs: Readonly<Record<string, string>>;
  /** Permission of the job's token, e.g. `contents: read` -> why. */
  permissions: Readonly<Record<string, string>>;
}

/** One capability of Lunchbox as data: the command line, its help and completion, and the action are made from it. */
export interface Declaration {
  /**
   * Words of the command, e.g. `secrets check`. One in angle brackets stands for any word, which is the first positional:
   * `host <env> switch`.
   */
  name: string;
  summary: string;
  /** What one has to know beyond the summary. */
  details?: string;
  positionals: readonly Positional[];
  options: Readonly<Record<string, Option>>;
  /** Options that every command has, and that change nothing of this one. */
  without?: readonly ('file' | 'json')[];
  examples: readonly { command: string; does: string }[];
  action?: ActionShape;
}

/** Inputs that every action has. */
export const COMMON_INPUTS: Readonly<Record<string, Input>> = {
  'working-directory': {
    type: 'string',
    default: '.',
    description: 'Folder of the repository that holds lunchbox.yaml, from the workspace',
  },
};

/** What an action does, in its own words where it has some. */
export function actionTexts({ name, summary, details, options, action }: Declaration) {
  const commands = Object.keys(options).length > 0 ? [name] : [];
  return {
    summary: action?.summary ?? summary,
    details: action?.details ?? details,
    commands: action?.commands ?? commands,
  };
}

/** The inputs of an action, those made of options filled in. */
export function actionInputs({ options, action }: Declaration): Record<string, Input> {
  const isInput = (name: string) => Object.hasOwn(action?.inputs ?? {}, name);
  const own = Object.entries(action?.inputs ?? {}).map(([name, input]): [string, Input] => {
    if (!('option' in input)) return [name, input];
    const option = options[input.option];
    if (!option) throw new Error(`no option ${input.option} to make the input ${name} of`);
    const { type, min, needs } = option;
    const { description = option.description, default: value = type === 'boolean' ? 'false' : '' } = input;
    const excludes = [...(option.excludes ?? []), ...(input.excludes ?? [])].filter(isInput);
    return [
      name,
      {
        description,
        type,
        default: value,
        excludes,
        ...(min === undefined ? {} : { min }),
        ...(needs !== undefined && isInput(needs) ? { needs } : {}),
      },
    ];
  });
  return { ...Object.fromEntries(own), ...COMMON_INPUTS };
}
