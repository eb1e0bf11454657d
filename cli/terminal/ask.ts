import { createInterface } from 'node:readline/promises';
import { UserError } from '../../generator/errors.ts';
import { sanitize } from '../../generator/sanitize.ts';

/** Asks questions on the terminal, each with a proposal that Enter takes. */
export interface Questions {
  ask(question: string, proposal: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
  /** Tells something between two questions. */
  say(text: string): void;
  close(): void;
}

/** @throws UserError when the person stops (Ctrl-C, or the end of input) */
export function questions(): Questions {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stopped = new AbortController();
  terminal.once('close', () => stopped.abort());
  terminal.once('SIGINT', () => terminal.close());
  const put = async (text: string) => {
    try {
      return (await terminal.question(text, { signal: stopped.signal })).trim();
    } catch (error) {
      process.stderr.write('\n');
      throw new UserError(
        { message: 'interrupted: nothing was changed', remedy: 'Run it again.' },
        { cause: error },
      );
    }
  };
  return {
    ask: async (question, proposal) => (await put(`  ${question} [${proposal}] `)) || proposal,
    confirm: async (question) => /^y(?:es)?$/i.test(await put(`  ${question} [y/N] `)),
    say: (text) => void process.stderr.write(`    ${sanitize(text)}\n`),
    close: () => terminal.close(),
  };
}
