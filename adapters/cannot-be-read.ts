import { UserError } from '../generator/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not',
  EPERM: 'you may not',
  EISDIR: 'it is a folder',
  ENOTDIR: 'its folder is a file',
};

/** A file that somebody named, and the system's reason why its text is not to be had. @param what `the key file prod.key` */
export function cannotBeRead(
  what: string,
  error: unknown,
  remedy = 'Check the path, and whether you may read it.',
): UserError {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return new UserError(
    { message: `${what} cannot be read: ${REASONS[code] ?? code}`, remedy },
    { cause: error },
  );
}
