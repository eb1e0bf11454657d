import type { Observed } from '../observed.ts';
import type { Vpc } from '../resources.ts';
import { ruleLines, type Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import { step } from './step.ts';

export function vpcStep({ vpc }: Observed, { name }: Wanted): Step {
  return vpc
    ? step('keep', 'keep', 'vpc', name, { id: vpc.id })
    : step('vpc.create', 'create', 'vpc', name, { reason: 'a private network of its own' });
}

export function vpcRemoval({ id, name, isDefault }: Vpc): Step {
  return isDefault
    ? step('keep', 'keep', 'vpc', name, {
        id,
        reason: "is its region's default, which cannot be deleted; it costs nothing",
      })
    : step('vpc.delete', 'delete', 'vpc', name, { id });
}

export function firewallStep({ firewall }: Observed, { name, tag, firewall: wanted }: Wanted): Step {
  const reason = `in: ${wanted.inbound.map(({ protocol, ports }) => (ports === '0' ? protocol : ports)).join(', ')}; for everything tagged ${tag}`;
  if (!firewall) return step('firewall.create', 'create', 'firewall', name, { reason });
  const same = (['inbound', 'outbound'] as const).every(
    (way) => ruleLines(firewall[way]).join('\n') === ruleLines(wanted[way]).join('\n'),
  );
  return same && !firewall.otherTargets
    ? step('keep', 'keep', 'firewall', name, { id: firewall.id })
    : step('firewall.update', 'change', 'firewall', name, { id: firewall.id, reason });
}
