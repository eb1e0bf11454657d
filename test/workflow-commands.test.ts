import { describe, expect, it } from 'vitest';
import { withoutCommands } from '../generator/workflow-commands.ts';

describe('a line of a log', () => {
  it.each([
    ['::stop-commands::x', ': :stop-commands::x'],
    ['      ::set-output name=result::delivered', '      : :set-output name=result::delivered'],
    ['GET /##[add-mask]lunchbox HTTP/1.1', 'GET /## [add-mask]lunchbox HTTP/1.1'],
    ['##[##[error]', '## [## [error]'],
    [':::error::', ': ::error::'],
  ])('is no command to a runner: %s', (line, shown) => {
    expect(withoutCommands(line)).toBe(shown);
    // As the runner looks for them: actions/runner, ActionCommand.
    expect(shown.trim().startsWith('::') || shown.includes('##[')).toBe(false);
  });

  it.each(['a::b', 'std::vector', '# [x]', 'fe80::1 answers', ''])('stays as it is otherwise: %s', (line) => {
    expect(withoutCommands(line)).toBe(line);
  });
});
