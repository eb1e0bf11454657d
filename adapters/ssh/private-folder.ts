import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../generator/errors.ts';
import { atProcessEnd } from './process-end.ts';

/** A socket's whole path fits 104 bytes on macOS and 108 on Linux, its end included. */
const LONGEST = 103;
/** The longest name of a file in it, OpenSSH's own additions included. */
const ROOM = 16;

/** A folder that only this user can enter. */
export interface PrivateFolder {
  readonly path: string;
  /** With all that is in it; does no harm twice. */
  remove(): void;
}

/**
 * Makes one below the system's folder for such things, whose path is short and plain enough for sockets and for
 * OpenSSH, which reads `%`, `$`, blanks and colons in paths in its own way. It goes away with the process.
 */
export function makePrivateFolder(folders: readonly string[] = [tmpdir(), '/tmp']): PrivateFolder {
  const parent = folders.find(
    (folder) => /^\/[\w./+-]*$/.test(folder) && folder.length + '/lunchbox-XXXXXX/'.length + ROOM <= LONGEST,
  );
  if (parent === undefined)
    throw new UserError({
      message: `no folder for temporary files has a short, plain path: ${folders.join(', ')}`,
      remedy: 'Set TMPDIR to one such as /tmp.',
    });
  // Made with the rights 0700, whatever the umask says.
  const path = mkdtempSync(join(parent, 'lunchbox-'));
  const erase = () => rmSync(path, { recursive: true, force: true });
  const forget = atProcessEnd(erase);
  return {
    path,
    remove() {
      forget();
      erase();
    },
  };
}
