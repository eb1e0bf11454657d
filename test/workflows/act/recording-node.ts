import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a step leaves behind, by the variable that names its file. */
const FILES = {
  summary: 'GITHUB_STEP_SUMMARY',
  output: 'GITHUB_OUTPUT',
  state: 'GITHUB_STATE',
  env: 'GITHUB_ENV',
};

/**
 * Writes a `node` that runs the given one, and then keeps what the action has written: the runner of a test removes it
 * with the job, where GitHub shows it.
 *
 * @returns the folder to put on the PATH
 */
export function recordingNode(program: string, bin: string, kept: string): string {
  mkdirSync(bin);
  mkdirSync(join(kept, 'temp'), { recursive: true });
  const keep = Object.entries(FILES).map(
    ([name, variable]) => `[ -z "$${variable}" ] || cat "$${variable}" >> '${kept}/${name}'`,
  );
  const file = join(bin, 'node');
  const lines = [
    // Other shells drop variables such as `INPUT_BODY-FILE`.
    '#!/usr/bin/env bash',
    // The runner asks once where `node` is, and starts every action with that.
    `case "$*" in *process.execPath*) echo '${file}'; exit;; esac`,
    `'${program}' "$@"`,
    'code=$?',
    ...keep,
    // A token must not stay where later steps can read it.
    `[ ! -e .git/config ] || cat .git/config >> '${kept}/git-config'`,
    `[ -z "$RUNNER_TEMP" ] || cp -R "$RUNNER_TEMP/." '${kept}/temp'`,
    'exit $code',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
  return bin;
}
