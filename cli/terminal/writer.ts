import { UserError } from '../../generator/errors.ts';

/** What a stream says when nobody reads it any more. */
const GONE = ['EPIPE', 'ERR_STREAM_DESTROYED'];

/**
 * Writes to a stream as long as somebody reads it. A reader that has seen enough, such as `head`, is no reason to
 * complain, and ends no work that is under way.
 */
export function writer(stream: NodeJS.WritableStream): (text: string) => void {
  let isRead = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!GONE.includes(error.code ?? ''))
      throw new UserError({ message: `what is said cannot be written: ${error.message}` }, { cause: error });
    isRead = false;
  });
  return (text) => {
    if (isRead) stream.write(text);
  };
}
