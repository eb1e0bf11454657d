import { readFileSync } from 'node:fs';

/** A token that somebody keeps fresh in a file: read for each request, and the last one that was there while there is none. */
export function tokenOfFile(file: string, first: string | undefined): () => Promise<string | undefined> {
  let last = first;
  return async () => {
    try {
      last = readFileSync(file, 'utf8').trim() || last;
    } catch {
      // It is just being written anew, or is gone for good: then the server says so.
    }
    return last;
  };
}
