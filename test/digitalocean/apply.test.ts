import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { formatPlan } from '../../generator/provision/format/text.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { type Lab, startLab, wantedFrom } from './support.ts';

let lab: Lab;
const labs: Lab[] = [];
beforeEach(async () => {
  lab = await startLab();
  labs.push(lab);
});
afterAll(() => Promise.all(labs.map(({ fake }) => fake.close())));

describe('a first apply', () => {
  it('makes everything', async () => {
    const outcome = await lab.apply(wantedFrom());
    console.log(formatPlan(outcome.plan, PLAIN), lab.calls, lab.fake.requests.length);
    console.log(lab.fake.requests.join('\n'));
    const again = await lab.apply(wantedFrom());
    console.log(formatPlan(again.plan, PLAIN), lab.calls);
    const replaced = await lab.apply(wantedFrom('size: s-4vcpu-8gb'));
    console.log(formatPlan(replaced.plan, PLAIN), lab.calls);
    const again2 = await lab.apply(wantedFrom('size: s-4vcpu-8gb'));
    console.log(formatPlan(again2.plan, PLAIN), lab.calls);
    const d = await lab.destroy(wantedFrom('size: s-4vcpu-8gb'), false);
    console.log(formatPlan(d, PLAIN));
    const back = await lab.apply(wantedFrom('size: s-4vcpu-8gb'));
    console.log(formatPlan(back.plan, PLAIN));
    const d2 = await lab.destroy(wantedFrom('size: s-4vcpu-8gb'), true);
    console.log(formatPlan(d2, PLAIN), lab.fake.world);
    expect(again.result).toBe('unchanged');
  });
});
