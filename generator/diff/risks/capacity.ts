import { monthlyPrice } from '../../spec/droplet-prices.ts';
import { dropletSize } from '../../spec/droplet-sizes.ts';
import { type Capacity, capacityOf, gigabytes } from '../../validate/capacity/capacity.ts';
import type { RiskContext, RiskHit, RiskRule } from '../risk.ts';
import { isRemoved, treesOf } from './trees.ts';
import { counted, listed } from './words.ts';

export const capacity: RiskRule = {
  risk: 'capacity',
  summary: 'The machine changes, or what must run no longer fits it',
  why: 'Pods that do not fit wait for ever, and a rollout with them. Some changes of the machine cannot be made to a running one: it is replaced, and its address and disk with it. Ask for less, take a larger size, or plan the move.',
  *check(context) {
    if (isRemoved(context)) return;
    yield* overfull(context);
    yield* otherMachine(context);
    yield* otherCost(context);
  },
};

function* overfull(context: RiskContext): Iterable<RiskHit> {
  const [old, now] = [measured(context, 'before'), measured(context, 'after')];
  if (!now) return;
  for (const unit of ['memory', 'cpu'] as const) {
    const { needed, available } = now[unit];
    if (needed <= available) continue;
    const before = old?.[unit];
    const share = needed / available;
    if (before && before.needed > before.available && share <= before.needed / before.available) continue;
    const amount = (value: number) => (unit === 'memory' ? gigabytes(value) : `${value.toFixed(2)} cores`);
    const parts = [...now.parts].sort((a, b) => b[unit] - a[unit]).slice(0, 3);
    const was = before ? ` (before: ${amount(before.needed)} of ${amount(before.available)})` : '';
    yield machine(
      `does not fit ${machineName(now)}: a rollout needs ${amount(needed)}${unit === 'memory' ? ' of memory' : ''}, there are ${amount(available)}${was}; most for ${listed(parts.map((part) => `${part.name} ${amount(part[unit])}`))}`,
    );
  }
}

function measured(context: RiskContext, side: 'before' | 'after'): Capacity | undefined {
  const size = context[side]?.droplet?.size;
  return size === undefined ? undefined : capacityOf(treesOf(context)[side], size);
}

function machineName({ nodes, size }: Capacity): string {
  return nodes > 1 ? `${nodes} × ${size}` : size;
}

function* otherMachine({ before, after }: RiskContext): Iterable<RiskHit> {
  const [old, now] = [before?.droplet, after?.droplet];
  if (!old || !now) return;
  if (old.region !== now.region)
    yield machine(
      `region ${old.region} -> ${now.region}: a new droplet takes the place of the old one; address, disk and volumes stay behind`,
    );
  if (old.size !== now.size) {
    const [from, to] = [dropletSize(old.size), dropletSize(now.size)];
    const smaller = !from || !to || to.memoryBytes < from.memoryBytes || to.vcpus < from.vcpus;
    yield machine(
      smaller
        ? `size ${old.size} -> ${now.size}: a disk cannot shrink, so a smaller droplet may have to take the place of this one`
        : `size ${old.size} -> ${now.size}: the droplet is switched off while it is resized`,
    );
  }
  if (old.nodes !== now.nodes)
    yield machine(
      now.nodes < old.nodes
        ? `${counted(old.nodes, 'node')} -> ${now.nodes}: pods of the nodes that go must fit the others, and their local volumes go with them`
        : `${counted(old.nodes, 'node')} -> ${now.nodes}: nodes join the cluster; local volumes stay where they are`,
    );
}

/** What the droplets cost, where that changes or cannot be said. */
function* otherCost({ before, after }: RiskContext): Iterable<RiskHit> {
  const [old, now] = [before?.droplet, after?.droplet];
  if (!old || !now || (old.size === now.size && old.nodes === now.nodes)) return;
  const [from, to] = [old, now].map(({ size, nodes }) => {
    const price = monthlyPrice(size);
    return price === undefined ? undefined : price * nodes;
  });
  if (from === undefined || to === undefined) {
    const unknown = from === undefined ? old.size : now.size;
    yield machine(
      `the monthly cost changes; what ${unknown} costs is not known here: see the prices of DigitalOcean`,
    );
  } else if (from !== to) {
    const change = to - from;
    yield machine(`list price $${from} -> $${to} a month (${change > 0 ? '+' : '-'}$${Math.abs(change)})`);
  }
}

function machine(message: string): RiskHit {
  return { side: 'after', at: [], message };
}
