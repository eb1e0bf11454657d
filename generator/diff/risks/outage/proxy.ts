import { at, text } from '../../../fields.ts';
import { policiesAgainstTraefik } from '../../../validate/cluster/network-policy.ts';
import { routedPods } from '../../../validate/cluster/routed-pods.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { goneOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';

/** The proxy that all requests come through: that it restarts, and that it reaches the pods. */
export function* changedProxy(context: RiskContext): Iterable<RiskHit> {
  for (const change of context.changes) {
    const { identity, data } = change.after ?? change.before;
    if (identity.kind !== 'HelmChart' && identity.kind !== 'HelmChartConfig') continue;
    const chart = text(at(data, 'spec', 'chart'))
      ?.split('/')
      .at(-1);
    if (identity.name !== 'traefik' && chart !== 'traefik') continue;
    if (same(change.before?.data.spec, change.after?.data.spec)) continue;
    yield hit(
      change,
      ['spec'],
      'settings of Traefik change: it restarts, and for some seconds nothing is answered on any host',
    );
  }
  yield* closedToTraefik(context);
}

/** Pods behind an Ingress that network policies cut off now. */
function* closedToTraefik(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  const policies = context.changes.filter(({ before, after }) =>
    [before, after].some((side) => side?.identity.kind === 'NetworkPolicy'),
  );
  if (policies.length === 0) return;
  const reported = new Set<string>();
  for (const { target, pod } of routedPods(trees.after)) {
    const name = `${pod.kind}/${pod.name}`;
    const key = `${target.namespace}/${name}/${target.port}`;
    const [policy] = policiesAgainstTraefik(trees.after, target);
    if (!policy || reported.has(key)) continue;
    if (policiesAgainstTraefik(trees.before, target).length > 0) continue;
    reported.add(key);
    const against = new Set(policiesAgainstTraefik(trees.after, target));
    const change =
      policies.find(({ after }) => after && against.has(after)) ??
      goneOf(context, 'NetworkPolicy').find(
        ({ before }) => trees.before.namespaceOf(before) === target.namespace,
      )?.change ??
      policies[0];
    if (!change) continue;
    yield hit(
      change,
      ['spec'],
      `Traefik no longer reaches port ${target.port} of ${name}: every request from outside fails`,
    );
  }
}
