import { at, items, text, whole } from '../../../fields.ts';
import { type Json, nameOf } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { type Container, type PodTemplate, runsOn } from '../../../validate/cluster/pod-template.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { containerPairs, podPairs, servicesOf } from '../pods.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

interface DeclaredPort {
  name: string | undefined;
  number: Json | undefined;
  protocol: string;
  index: number;
}

/** Ports of containers that are gone, or go by another name or number: who asks for the old one finds nothing. */
export function* changedContainerPorts(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  for (const pods of podPairs(context)) {
    const everywhere = pods.after.containers.filter(runsOn).flatMap(portsOf);
    // Looked up only where a port changes: most workloads have none that does.
    let known: Asked[] | undefined;
    const asking = () => (known ??= askedOf(trees.after, pods.after));
    for (const { before, after } of containerPairs(pods.before, pods.after)) {
      if (!before || !runsOn(before)) continue;
      for (const port of portsOf(before)) {
        const now = counterpart(port, after ? portsOf(after) : []) ?? counterpart(port, everywhere);
        const message = difference(port, now, asking);
        if (message === undefined) continue;
        const ways = {
          before: [...before.path, 'ports', port.index],
          after: now && after ? [...after.path, 'ports', now.index] : undefined,
        };
        yield hit(pods.change, ways, `port ${label(port)} of container ${before.name} ${message}`);
      }
    }
  }
}

/** What a Service asks of pods: a port by name or number. */
interface Asked {
  service: string;
  target: Json | undefined;
  protocol: string;
}

/** What the Services of a tree ask of a workload's pods. */
function askedOf(cluster: Cluster, pod: PodTemplate): Asked[] {
  return servicesOf(cluster, pod).flatMap((service) =>
    items(at(service.data, 'spec', 'ports')).map(({ item }) => ({
      service: nameOf(service.identity),
      target: item.targetPort ?? item.port,
      protocol: text(item.protocol) ?? 'TCP',
    })),
  );
}

function difference(
  port: DeclaredPort,
  now: DeclaredPort | undefined,
  asking: () => readonly Asked[],
): string | undefined {
  if (!now) {
    const users = asking()
      .filter((each) => isMeant(port, each))
      .map(({ service }) => service);
    return `removed: ${users.length > 0 ? `${listed(users)} still asks for it` : 'whoever asks for it finds nothing'}`;
  }
  const moved = now.number !== port.number || now.protocol !== port.protocol;
  // A name where there was none breaks nothing.
  const renamed = port.name !== undefined && now.name !== port.name;
  if (!moved && !renamed) return undefined;
  const effect = effectOn(asking(), port, now, moved);
  if (effect === undefined) return undefined;
  const changes = [
    ...(renamed ? [now.name === undefined ? 'loses its name' : `becomes ${now.name}`] : []),
    ...(now.number === port.number ? [] : [`moves to ${String(now.number)}`]),
    ...(now.protocol === port.protocol ? [] : [`speaks ${now.protocol} instead of ${port.protocol}`]),
  ];
  return `${changes.join(' and ')}: ${effect}`;
}

/** Who notices; undefined where every Service asks each pod, old or new, for something that it has. */
function effectOn(
  asking: readonly Asked[],
  port: DeclaredPort,
  now: DeclaredPort,
  moved: boolean,
): string | undefined {
  const users = (old: boolean, its: boolean) =>
    asking
      .filter((each) => isMeant(port, each) === old && isMeant(now, each) === its)
      .map(({ service }) => service);
  const [stale, early] = [users(true, false), users(false, true)];
  if (stale.length > 0) return `${listed(stale)} still asks for the old one: requests to new pods fail`;
  if (early.length > 0)
    return `${listed(early)} asks for the new one: requests to old pods fail until new ones are ready`;
  if (users(true, true).length > 0 || (!moved && asking.length > 0)) return undefined;
  return 'whoever asks for the old one finds nothing';
}

function isMeant(port: DeclaredPort, { target, protocol }: Asked): boolean {
  return (
    target !== undefined && protocol === port.protocol && (target === port.name || target === port.number)
  );
}

function counterpart(port: DeclaredPort, ports: readonly DeclaredPort[]): DeclaredPort | undefined {
  return (
    ports.find(
      (each) => each.name === port.name && each.number === port.number && each.protocol === port.protocol,
    ) ??
    ports.find((each) => each.name !== undefined && each.name === port.name) ??
    ports.find((each) => each.number === port.number)
  );
}

function portsOf({ data }: Container): DeclaredPort[] {
  return items(data.ports).map(({ item, index }) => ({
    name: text(item.name),
    number: whole(item.containerPort),
    protocol: text(item.protocol) ?? 'TCP',
    index,
  }));
}

function label({ name, number }: DeclaredPort): string {
  return name === undefined ? String(number) : `${String(number)} (${name})`;
}
