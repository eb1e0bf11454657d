import { at, mapping, text } from '../../../fields.ts';
import { fewestReplicas, rollingUpdate } from '../../../validate/cluster/rollout.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { type PodPair, podPairs, servicesOf } from '../pods.ts';
import { treesOf } from '../trees.ts';
import { counted } from '../words.ts';

/** Changes of a pod template where the old pods end before the new ones answer. */
export function* restartsWithoutCover(context: RiskContext): Iterable<RiskHit> {
  for (const pods of podPairs(context)) {
    const { change, before, after } = pods;
    if (change.kind === 'renamed') continue;
    const way = after.path.slice(0, -1);
    const template = (side: PodPair['after']) => at(side.manifest.data, ...way.map(String));
    if (way.length === 0 || same(template(before), template(after))) continue;
    const message = gap(context, pods);
    if (message !== undefined) yield hit(change, way, message);
  }
}

function gap(context: RiskContext, { before, after }: PodPair): string | undefined {
  const { after: cluster, before: old } = treesOf(context);
  const pods = fewestReplicas(cluster, after) ?? 1;
  if (pods === 0 || fewestReplicas(old, before) === 0) return undefined;
  switch (after.kind) {
    case 'StatefulSet': {
      const strategy = text(at(after.manifest.data, 'spec', 'updateStrategy', 'type'));
      if (strategy === 'OnDelete' || pods > 1) return undefined;
      return 'its only pod ends before the new one starts: a short outage for whoever needs it';
    }
    case 'Deployment': {
      const rolling = rollingUpdate(after, pods);
      if (!rolling)
        return 'strategy Recreate: all its pods end before new ones start, nothing answers meanwhile';
      if (rolling.unavailable < pods) return undefined;
      return `its ${pods === 1 ? 'only pod ends' : `${counted(pods, 'pod')} may all end`} before a new one is ready: nothing answers meanwhile`;
    }
    case 'DaemonSet': {
      const { type, rollingUpdate: rolling } = mapping(at(after.manifest.data, 'spec', 'updateStrategy'));
      const surges = at(rolling, 'maxSurge');
      const covered = surges !== undefined && surges !== 0 && surges !== '0%' && surges !== null;
      if (type === 'OnDelete' || covered || servicesOf(cluster, after).length === 0) return undefined;
      return "each node's pod ends before its new one starts: a short outage on every node";
    }
    default:
      return undefined;
  }
}
