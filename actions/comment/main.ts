import { comment as declaration } from '../../capabilities/declarations/comment.ts';
import { runAction } from '../run-action.ts';
import { comment } from './comment.ts';

await runAction(declaration, (context) =>
  comment(context, async (token) => {
    // Reads the event when it is loaded; by now it is known to be readable.
    const { getOctokitOptions, GitHub } = await import('@actions/github/lib/utils');
    return new GitHub(getOctokitOptions(token)).request;
  }),
);
