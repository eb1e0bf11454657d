import type { Declaration } from '../../capabilities/declaration.ts';
import { declarations } from '../../capabilities/declarations/index.ts';
import { RISKS } from '../../generator/diff/risk.ts';
import { UserError } from '../../generator/errors.ts';
import { ruleInfos } from '../../generator/validate/validate.ts';
import { commonOptions } from '../common-options.ts';
import type { Context } from '../context.ts';

const SCRIPTS: Readonly<Record<string, () => string>> = { bash, zsh, fish };

export function completion(context: Context): number {
  const [shell = ''] = context.args.positionals;
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (!script)
    throw new UserError({
      message: `there is no completion for \`${shell}\``,
      remedy: `Shells: ${Object.keys(SCRIPTS).join(', ')}.`,
    });
  context.out(script());
  return 0;
}

/** What else may be the first argument. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  explain: [...new Set([...ruleInfos.map(({ id }) => id), ...RISKS])],
  completion: Object.keys(SCRIPTS),
};

/** Environments are looked up while completing: they are keys two blanks deep below `environments:`. */
const ENVIRONMENTS = `sed -n '/^environments:/,/^[^ #]/s/^  \\([a-z][a-z0-9-]*\\):.*/\\1/p' lunchbox.yaml 2>/dev/null`;

function optionsOf(declaration: Declaration): string[] {
  return Object.keys({ ...declaration.options, ...commonOptions(declaration) }).map((name) => `--${name}`);
}

function takesEnvironment({ positionals }: Declaration): boolean {
  return positionals[0]?.name.startsWith('env') ?? false;
}

function bash(): string {
  const cases = declarations.map((declaration) => {
    const words = declaration.name.split(' ');
    const pattern = words.length > 1 ? `${patternOf(words)}*` : `"${declaration.name} "*`;
    const offered = `${[...optionsOf(declaration), ...(WORDS[declaration.name] ?? [])].join(' ')}${takesEnvironment(declaration) ? ` $(${ENVIRONMENTS})` : ''}`;
    return `    ${pattern}) words="${offered}" ;;`;
  });
  return `# lunchbox completion for bash: source <(lunchbox completion bash)
_lunchbox() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[*]:1}" in
${cases.join('\n')}
${nextWords().join('\n')}
    *) words="${firstWords().join(' ')} --help --version" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -F _lunchbox lunchbox
`;
}

/** Words as a pattern of bash: any one for one in angle brackets. */
function patternOf(words: readonly string[]): string {
  const text = words.map((word) => (word.startsWith('<') ? '"*"' : word)).join(' ');
  return `"${text}"`.replaceAll('""', '');
}

/** What may follow when only the first words of commands stand there, the longest beginnings first. */
function nextWords(): string[] {
  const next = new Map<string, { length: number; words: Set<string> }>();
  for (const { name } of declarations) {
    const words = name.split(' ');
    for (let length = 1; length < words.length; length++) {
      const [last = '', word = ''] = words.slice(length - 1, length + 1);
      const pattern = `${patternOf(words.slice(0, length))}${last.startsWith('<') ? '" "' : ''}*`;
      const known = next.get(pattern) ?? { length, words: new Set<string>() };
      next.set(pattern, known);
      known.words.add(word.startsWith('<') ? `$(${ENVIRONMENTS})` : word);
    }
  }
  return [...next]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([pattern, { words }]) => `    ${pattern}) words="${[...words].join(' ')}" ;;`);
}

/** zsh reads bash completions when it is told to. */
function zsh(): string {
  return `# lunchbox completion for zsh: source <(lunchbox completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash()}`;
}

function fish(): string {
  const lines = declarations.flatMap((declaration) => {
    const [first = '', ...rest] = declaration.name.split(' ').filter((word) => !word.startsWith('<'));
    const [second] = rest;
    const offer = `complete -c lunchbox -f -n __fish_use_subcommand -a ${first} -d '${quote(second ? '' : declaration.summary)}'`;
    const within = `__fish_seen_subcommand_from ${first}`;
    const sub = rest.map((word, index) => {
      const summary = index === rest.length - 1 ? declaration.summary : '';
      const seen = `__fish_seen_subcommand_from ${rest[index - 1] ?? first}`;
      return `complete -c lunchbox -f -n '${seen}' -a ${word} -d '${quote(summary)}'`;
    });
    const environments = takesEnvironment(declaration)
      ? [`complete -c lunchbox -n '${within}' -a "(${ENVIRONMENTS.replaceAll('\\', '\\\\')})"`]
      : [];
    const own = WORDS[declaration.name] ?? [];
    const more = own.length > 0 ? [`complete -c lunchbox -n '${within}' -a '${own.join(' ')}'`] : [];
    const options = Object.entries({ ...declaration.options, ...commonOptions(declaration) }).map(
      ([name, { description, type, short }]) =>
        `complete -c lunchbox -n '${within}' -l ${name}${short ? ` -s ${short}` : ''}${type === 'boolean' ? '' : ' -r'} -d '${quote(description)}'`,
    );
    return [offer, ...sub, ...environments, ...more, ...options];
  });
  return `# lunchbox completion for fish\n${lines.join('\n')}\n`;
}

function firstWords(): string[] {
  return [...new Set(declarations.map(({ name }) => name.split(' ', 1)[0] ?? ''))];
}

function quote(text: string): string {
  return text.replaceAll("'", "\\'");
}
