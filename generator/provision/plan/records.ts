import { type RecordAdvice, zoneOf } from '../dns.ts';
import type { Observed } from '../observed.ts';
import type { DnsRecord } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import { step } from './step.ts';

/**
 * Public names lead to the address by A records. There are no AAAA records: a droplet's IPv6 address is gone with the
 * droplet, and whoever got there by it would be cut off by a replacement that others do not notice.
 */
export function recordSteps(
  { zones, records }: Observed,
  { hosts }: Wanted,
  address: string | undefined,
): { steps: Step[]; warnings: string[]; advice: RecordAdvice[] } {
  const steps: Step[] = [];
  const warnings: string[] = [];
  const advice: RecordAdvice[] = [];
  const advise = (host: string, why: string) => advice.push({ host, type: 'A', data: address, why });
  for (const host of hosts) {
    const zone = zoneOf(host, zones);
    if (zone === undefined) {
      advise(host, 'its zone is not in this account');
      continue;
    }
    const there = records.get(host) ?? [];
    const foreign = foreignRecords(there, address);
    const mine = there.find(({ type, data }) => type === 'A' && data === address);
    const names = foreign.map(({ type, data }) => `${type} ${data}`).join(', ');
    if (foreign.some(({ type }) => type !== 'AAAA') && !mine) {
      warnings.push(`${host} has ${names}, which is not Lunchbox': it is not touched`);
      advise(host, `replaces ${names}`);
      continue;
    }
    if (foreign.length > 0)
      warnings.push(
        `${host} has ${names} as well: users that follow ${foreign.length === 1 ? 'it' : 'them'} get elsewhere`,
      );
    steps.push(
      mine
        ? step('keep', 'keep', 'record', host, { id: mine.id, reason: `A ${mine.data}` })
        : step('record.create', 'create', 'record', host, { reason: `A ${address ?? 'the address'}` }),
    );
  }
  return { steps, warnings, advice };
}

function foreignRecords(records: readonly DnsRecord[], address: string | undefined): DnsRecord[] {
  return records.filter(({ type, data }) => type !== 'A' || data !== address);
}
