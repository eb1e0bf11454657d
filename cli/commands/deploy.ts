import { treeProblems } from '../../capabilities/deploy/check-tree.ts';
import { prepareTree } from '../../capabilities/deploy/prepare-tree.ts';
import { sanitize } from '../../generator/sanitize.ts';
import type { Context } from '../context.ts';
import { runDelivery } from '../deploy/delivery.ts';
import { inSession, sealingKeyOf } from '../deploy/session.ts';
import { validatePorts } from '../validate-ports.ts';

export async function deploy(context: Context): Promise<number> {
  const { args, paint } = context;
  return inSession(context, async (session) => {
    const { environment, repository, root, git } = session;
    const {
      tree,
      repository: chosen,
      notes,
    } = await prepareTree(environment, repository, git, {
      revision: args.text('revision'),
      workingTree: args.flag('working-tree'),
    });
    for (const note of notes) context.err(`${paint.warn('note')}  ${sanitize(note)}\n`);
    const validate = async () => {
      const ports = await validatePorts(context, root);
      return treeProblems(
        environment,
        chosen,
        args.flag('no-schemas') ? { ...ports, engine: undefined } : ports,
      );
    };
    const own = {
      allowOlder: args.flag('allow-older'),
      sealingKey: sealingKeyOf(context),
      expectDigest: args.text('expect-digest'),
    };
    return runDelivery('lunchbox deploy', tree, own, validate, session, context);
  });
}
