import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cannotBeRead } from '../../adapters/cannot-be-read.ts';
import { githubComments } from '../../adapters/github/comments.ts';
import type { Connect } from '../../adapters/github/request.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { type PostOutcome, postComment } from '../../capabilities/post-comment.ts';
import { COMMENT_MARK } from '../../generator/diff/format/comment.ts';
import { UserError } from '../../generator/errors.ts';

/** Posts a comment that another job has prepared. Where this run may not write, the comment goes to the page of the run. */
export async function comment(context: ActionContext, connect: Connect): Promise<ActionResult> {
  const body = readBody(context);
  const number = pullRequestNumber(context);
  const { GITHUB_REPOSITORY: repository = '' } = context.env;
  const token = context.text('token');
  if (token === '' || token.startsWith('${{')) {
    throw new UserError({
      message: 'there is no token',
      remedy: 'Leave the input `token` out, or give it one.',
    });
  }
  const comments = githubComments(await connect(token), { repository, number }, context.log);
  const outcome = await postComment({ body, create: context.flag('create') }, comments);
  return { outputs: { result: outcome.result, url: outcome.url ?? '' }, ...said(outcome, body, context) };
}

function said(outcome: PostOutcome, body: string, { log }: ActionContext): Partial<ActionResult> {
  if (outcome.result !== 'skipped') {
    log(`comment ${outcome.result}: ${outcome.url}`);
    return {};
  }
  if (outcome.reason === 'nothing-to-update') {
    log('nothing changes, and there is no comment to bring up to date');
    return {};
  }
  return {
    summary: body,
    warnings: [
      'This run may not write to the pull request (one from a fork never may): the comment is on the page of the run. ' +
        'Otherwise give the job `permissions: pull-requests: write`.',
    ],
  };
}

function readBody({ root, text }: ActionContext): string {
  const file = text('body-file');
  let body: string;
  try {
    body = readFileSync(resolve(root, file), 'utf8');
  } catch (error) {
    throw cannotBeRead(
      file,
      error,
      'Bring it from the job that prepared it, with actions/download-artifact.',
    );
  }
  if (!body.startsWith(COMMENT_MARK)) {
    throw new UserError({
      message: `${file} is not a comment that Lunchbox prepared`,
      remedy: 'Name the comment.md that the action diff writes.',
    });
  }
  return body;
}

function pullRequestNumber({ text, event }: ActionContext): number {
  const given = text('number');
  const payload = given === '' ? event() : {};
  const number =
    given === '' ? (payload.pull_request as { number?: unknown } | undefined)?.number : Number(given);
  if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number;
  throw new UserError({
    message:
      given === '' ? 'this run is not about a pull request' : `\`${given}\` is no number of a pull request`,
    remedy: 'Run the action on `pull_request`, or set the input `number`.',
  });
}
