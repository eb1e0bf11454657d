import type { Declaration } from '../../capabilities/declaration.ts';
import { declarations } from '../../capabilities/declarations/index.ts';
import { UserError } from '../../generator/errors.ts';
import { COMMON_OPTIONS } from '../arguments.ts';
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

/** Environments are looked up while completing: they are keys two blanks deep below `environments:`. */
const ENVIRONMENTS = `sed -n '/^environments:/,/^[^ #]/s/^  \\([a-z][a-z0-9-]*\\):.*/\\1/p' lunchbox.yaml 2>/dev/null`;

function optionsOf({ options }: Declaration): string[] {
  return Object.keys({ ...options, ...COMMON_OPTIONS }).map((name) => `--${name}`);
}

function takesEnvironment({ positionals }: Declaration): boolean {
  return positionals[0]?.name.startsWith('env') ?? false;
}

function bash(): string {
  const cases = declarations.map((declaration) => {
    const pattern = declaration.name.includes(' ') ? `"${declaration.name}"*` : `"${declaration.name} "*`;
    const words = `${optionsOf(declaration).join(' ')}${takesEnvironment(declaration) ? ` $(${ENVIRONMENTS})` : ''}`;
    return `    ${pattern}) words="${words}" ;;`;
  });
  return `# lunchbox completion for bash: source <(lunchbox completion bash)
_lunchbox() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[*]:1}" in
${cases.join('\n')}
    secrets*) words="check" ;;
    keys*) words="new" ;;
    *) words="${firstWords().join(' ')} --help --version" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -F _lunchbox lunchbox
`;
}

/** zsh reads bash completions when it is told to. */
function zsh(): string {
  return `# lunchbox completion for zsh: source <(lunchbox completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash()}`;
}

function fish(): string {
  const lines = declarations.flatMap((declaration) => {
    const [first = '', second] = declaration.name.split(' ');
    const offer = `complete -c lunchbox -f -n __fish_use_subcommand -a ${first} -d '${quote(second ? '' : declaration.summary)}'`;
    const within = `__fish_seen_subcommand_from ${first}`;
    const sub = second
      ? [`complete -c lunchbox -f -n '${within}' -a ${second} -d '${quote(declaration.summary)}'`]
      : [];
    const environments = takesEnvironment(declaration)
      ? [`complete -c lunchbox -n '${within}' -a "(${ENVIRONMENTS.replaceAll('\\', '\\\\')})"`]
      : [];
    const options = Object.entries({ ...declaration.options, ...COMMON_OPTIONS }).map(
      ([name, { description, type, short }]) =>
        `complete -c lunchbox -n '${within}' -l ${name}${short ? ` -s ${short}` : ''}${type === 'boolean' ? '' : ' -r'} -d '${quote(description)}'`,
    );
    return [offer, ...sub, ...environments, ...options];
  });
  return `# lunchbox completion for fish\n${lines.join('\n')}\n`;
}

function firstWords(): string[] {
  return [...new Set(declarations.map(({ name }) => name.split(' ', 1)[0] ?? ''))];
}

function quote(text: string): string {
  return text.replaceAll("'", "\\'");
}
