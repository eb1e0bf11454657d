import type { Json } from '../../../manifest.ts';
import { items, text, whole } from '../../../validate/cluster/fields.ts';
import { type Container, runsOn } from '../../../validate/cluster/pod-template.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { containerPairs, podPairs } from '../pods.ts';

interface DeclaredPort {
  name: string | undefined;
  number: Json | undefined;
  protocol: string;
  index: number;
}

/** Ports of containers that are gone, or go by another name or number: who asks for the old one finds nothing. */
export function* changedContainerPorts(context: RiskContext): Iterable<RiskHit> {
  for (const pods of podPairs(context)) {
    const everywhere = pods.after.containers.filter(runsOn).flatMap(portsOf);
    for (const { before, after } of containerPairs(pods.before, pods.after)) {
      if (!before || !runsOn(before)) continue;
      for (const port of portsOf(before)) {
        const now = counterpart(port, after ? portsOf(after) : []) ?? counterpart(port, everywhere);
        const message = difference(port, now);
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

function difference(port: DeclaredPort, now: DeclaredPort | undefined): string | undefined {
  if (!now) return 'removed: whoever asks for it finds nothing';
  const changed = [
    ...(now.name === port.name ? [] : [now.name === undefined ? 'loses its name' : `becomes ${now.name}`]),
    ...(now.number === port.number ? [] : [`moves to ${String(now.number)}`]),
    ...(now.protocol === port.protocol ? [] : [`speaks ${now.protocol} instead of ${port.protocol}`]),
  ];
  // A name where there was none breaks nothing.
  const onlyNamed = port.name === undefined && now.number === port.number && now.protocol === port.protocol;
  if (changed.length === 0 || onlyNamed) return undefined;
  return `${changed.join(' and ')}: requests fail until pods and Services agree on it`;
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
