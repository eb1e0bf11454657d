import { resolve } from 'node:path';
import { gitIn } from '../../adapters/git.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { writeOutput } from '../../adapters/write-output.ts';
import { defaultBase } from '../../capabilities/default-base.ts';
import { review as reviewCapability } from '../../capabilities/review.ts';
import { failingRisks, parseFailOn } from '../../capabilities/review-gate.ts';
import { reviewRange } from '../../capabilities/review-range.ts';
import { formatComment } from '../../generator/diff/format/comment.ts';
import { formatReviewJson } from '../../generator/diff/format/json.ts';
import { formatReviewText } from '../../generator/diff/format/text.ts';
import { objectDiff } from '../../generator/diff/object-diff.ts';
import { type Context, openRepository } from '../context.ts';
import { validatePorts } from '../validate-ports.ts';

export async function review(context: Context): Promise<number> {
  const { args, cwd, paint } = context;
  const failOn = parseFailOn(args.list('fail-on'));
  const repository = openRepository(context);
  const git = gitIn(repository.root, nodeExec);
  const base = args.text('base') ?? (await defaultBase(git));
  const range = await reviewRange(
    { base, head: args.text('head'), fetch: args.flag('fetch') },
    repository,
    git,
  );
  const ports = await validatePorts(context, repository.root);
  const outcome = await reviewCapability(
    range,
    args.flag('no-schemas') ? { ...ports, engine: undefined } : ports,
  );
  const [html, markdown] = [args.text('html'), args.text('markdown')];
  if (html !== undefined) {
    const { reviewPage } = await import('../../generator/diff/page/index.ts');
    writeOutput(resolve(cwd, html), reviewPage(outcome, objectDiff));
  }
  if (markdown !== undefined) writeOutput(resolve(cwd, markdown), formatComment(outcome).body);
  if (context.json) context.out(formatReviewJson(outcome));
  else context.out(formatReviewText(outcome, paint, { diffs: !args.flag('brief') }));
  const failing = failingRisks(outcome, failOn);
  if (failing.length > 0) context.err(`${paint.bad('failed')}  --fail-on: ${failing.join(', ')}\n`);
  return failing.length > 0 ? 1 : 0;
}
