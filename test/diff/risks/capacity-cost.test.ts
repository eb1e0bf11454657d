import { describe, expect, it } from 'vitest';
import { capacity } from '../../../generator/diff/risks/capacity.ts';
import { contextOf } from './changes.ts';

const droplet = (size: string, nodes = 1) => ({ region: 'nyc3', size, nodes });

describe('capacity, what the droplets cost', () => {
  it.each([
    ['a larger one', droplet('s-2vcpu-4gb'), droplet('s-4vcpu-8gb'), 'list price $24 -> $48 a month (+$24)'],
    ['a smaller one', droplet('s-2vcpu-4gb'), droplet('s-1vcpu-2gb'), 'list price $24 -> $12 a month (-$12)'],
    [
      'more of them',
      droplet('s-2vcpu-4gb'),
      droplet('s-2vcpu-4gb', 3),
      'list price $24 -> $72 a month (+$48)',
    ],
    [
      'newer processors',
      droplet('s-2vcpu-4gb'),
      droplet('s-2vcpu-4gb-amd'),
      'list price $24 -> $28 a month (+$4)',
    ],
    [
      'a size whose price is not known',
      droplet('s-2vcpu-4gb'),
      droplet('g-2vcpu-8gb'),
      'the monthly cost changes; what g-2vcpu-8gb costs is not known here: see the prices of DigitalOcean',
    ],
  ])('%s', (_, before, after, message) => {
    const context = contextOf('', '', { droplet: before, dropletAfter: after });
    expect([...capacity.check(context)].map((hit) => hit.message)).toContain(message);
  });

  it.each([
    ['nothing changes', droplet('s-2vcpu-4gb'), droplet('s-2vcpu-4gb')],
    ['another size costs the same', droplet('s-2vcpu-2gb-amd'), droplet('s-2vcpu-2gb-intel')],
  ])('says nothing when %s', (_, before, after) => {
    const context = contextOf('', '', { droplet: before, dropletAfter: after });
    expect([...capacity.check(context)].filter(({ message }) => /\$|cost/.test(message))).toEqual([]);
  });
});
