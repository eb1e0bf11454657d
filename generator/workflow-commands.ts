/**
 * A line for a log in which GitHub's runner finds no command such as `::add-mask::`. It skips blanks before it looks for
 * `::`, and takes `##[add-mask]` anywhere.
 */
export function withoutCommands(line: string): string {
  return line.replaceAll('##[', '## [').replace(/^(\s*):(?=:)/, '$1: ');
}
