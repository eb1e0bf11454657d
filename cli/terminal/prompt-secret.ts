import { UserError } from '../../generator/errors.ts';

const [ENTER, RETURN, END_OF_INPUT, INTERRUPT, BACKSPACE, DELETE] = [
  '\n',
  '\r',
  '\u0004',
  '\u0003',
  '\b',
  '\u007f',
];

/** Asks on the terminal for a value without showing it. @throws UserError when it is interrupted. */
export function promptSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let value = '';
    const finish = (settle: () => void) => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', onData);
      stderr.write('\n');
      settle();
    };
    const onData = (chunk: string) => {
      // Pasted text comes as one chunk.
      for (const char of chunk) {
        if (char === INTERRUPT)
          return finish(() =>
            reject(
              new UserError({
                message: 'interrupted: nothing was sealed',
                remedy: 'Run it again, or give the value on standard input or with --from-file.',
              }),
            ),
          );
        if (char === ENTER || char === RETURN || char === END_OF_INPUT) return finish(() => resolve(value));
        if (char === BACKSPACE || char === DELETE) value = [...value].slice(0, -1).join('');
        else value += char;
      }
    };
    stdin.on('data', onData);
  });
}
