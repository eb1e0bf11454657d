import { UserError } from '../../generator/errors.ts';

/** More than any secret, less than the memory: Kubernetes itself takes 1 MiB in a Secret. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Everything on standard input, as bytes. @throws UserError when it is far too much. */
export async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > MAX_BYTES)
      throw new UserError({
        message: 'standard input is larger than any Secret can be',
        remedy: 'Kubernetes takes 1 MiB at most.',
      });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
