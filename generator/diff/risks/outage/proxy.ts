import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { at, items, text, whole } from '../../../validate/cluster/fields.ts';
import {
  isTraefiksClass,
  policiesAgainstTraefik,
  type Target,
} from '../../../validate/cluster/network-policy.ts';
import { portsOf, runsOn } from '../../../validate/cluster/pod-template.ts';
import { ingressBackends } from '../../../validate/cluster/references.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { goneOf } from '../pairs.ts';
import { classOf } from '../routes.ts';
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
  for (const { target, name } of routedPods(trees.after)) {
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

function* routedPods(cluster: Cluster): Iterable<{ target: Target; name: string }> {
  for (const ingress of cluster.ofKind('Ingress')) {
    if (!isTraefiksClass(classOf(ingress))) continue;
    for (const backend of ingressBackends(ingress)) {
      const service = cluster.find('Service', cluster.namespaceOf(ingress), backend.service);
      const port = items(at(service?.data, 'spec', 'ports')).find(
        ({ item }) => item.port === backend.port || item.name === backend.port,
      )?.item;
      if (!service || !port) continue;
      const wanted = text(port.targetPort);
      for (const pod of cluster.selectedBy(service)) {
        const declared = portsOf(pod.containers.filter(runsOn));
        const number =
          wanted === undefined
            ? (whole(port.targetPort) ?? whole(port.port))
            : declared.find((each) => each.name === wanted)?.number;
        if (number === undefined) continue;
        const portName = wanted ?? declared.find((each) => each.number === number)?.name;
        const target = { namespace: pod.namespace, labels: pod.labels, port: number, portName };
        yield { target, name: `${pod.kind}/${pod.name}` };
      }
    }
  }
}
