import { earlierRelease } from '../../capabilities/deploy/earlier-release.ts';
import { UserError } from '../../generator/errors.ts';
import type { Context } from '../context.ts';
import { runDelivery } from '../deploy/delivery.ts';
import { inSession } from '../deploy/session.ts';

export async function rollback(context: Context): Promise<number> {
  const [, wanted] = context.args.positionals;
  if (wanted !== undefined && !/^[1-9]\d*$/.test(wanted))
    throw new UserError({
      message: `a release is a number, not \`${wanted}\``,
      remedy: `See \`lunchbox history ${context.args.positionals[0]}\`.`,
    });
  return inSession(context, async (session) => {
    const { release, tree } = await earlierRelease(
      wanted === undefined ? undefined : Number(wanted),
      session,
      session.store,
    );
    const own = {
      allowOlder: true,
      restores: release.number,
      sealingKey: undefined,
      expectDigest: undefined,
    };
    // It was validated when it was delivered.
    const code = await runDelivery(
      `lunchbox rollback to ${release.number}`,
      tree,
      own,
      async () => [],
      session,
      context,
    );
    if (code === 0 && !context.args.flag('dry-run'))
      context.err(
        '  git still says what was delivered before: bring it back too, or the next delivery repeats it\n',
      );
    return code;
  });
}
