import { COMMENT_MARK } from '../generator/diff/format/comment.ts';
import { UserError } from '../generator/errors.ts';
import { bytes, COMMENT_LIMIT } from '../generator/markdown/budget.ts';
import type { Comments } from './ports/comments.ts';

export type PostOutcome =
  | { result: 'created' | 'updated' | 'unchanged'; url: string }
  | { result: 'skipped'; reason: 'nothing-to-update' | 'forbidden'; url?: undefined };

/** Brings the one comment of a pull request up to date; makes it when there is none and `create` is set. */
export async function postComment(
  { body, create }: { body: string; create: boolean },
  comments: Comments,
): Promise<PostOutcome> {
  if (bytes(body) > COMMENT_LIMIT) {
    throw new UserError({
      message: `the comment has ${bytes(body)} bytes, and GitHub takes ${COMMENT_LIMIT}`,
      remedy: 'Post the comment.md that the action diff writes: it is never longer.',
    });
  }
  const there = await comments.find(COMMENT_MARK);
  if (!there && !create) return { result: 'skipped', reason: 'nothing-to-update' };
  if (there && sameText(there.body, body)) return { result: 'unchanged', url: there.url };
  const comment = there ? await comments.update(there.id, body) : await comments.create(body);
  if (comment === 'forbidden') return { result: 'skipped', reason: 'forbidden' };
  return { result: there ? 'updated' : 'created', url: comment.url };
}

/** GitHub gives line ends back as it likes. */
function sameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return plain(a) === plain(b);
}
