import { release as releaseCapability } from '../../capabilities/release.ts';
import { type Context, openRepository } from '../context.ts';

export function release(context: Context): number {
  const [environment = '', image = ''] = context.args.positionals;
  const outcome = releaseCapability(
    { environment, image, revision: context.args.text('revision') },
    openRepository(context),
  );
  if (context.json) context.out(`${JSON.stringify(outcome, null, 2)}\n`);
  else if (outcome.changed)
    context.err(
      `${outcome.path}: ${outcome.repository} is ${outcome.digest} now\n  Run \`lunchbox render ${environment}\` and commit both.\n`,
    );
  else context.err(`${outcome.path} says so already\n`);
  return 0;
}
