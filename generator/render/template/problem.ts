import { UserError } from '../../errors.ts';

/** A mistake in a template, with its place. Lines and columns count from 1. */
export function templateError(
  file: string,
  line: number,
  column: number,
  message: string,
  remedy?: string,
): UserError {
  return new UserError({ message, place: { file, line, column }, remedy });
}
