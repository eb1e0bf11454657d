import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, type FaultName } from './fake/faults.ts';
import { disturb, rehearse, SCENARIOS } from './scenarios.ts';
import { type Lab, startLab } from './support.ts';

/*
 * Every call that changes something, and some of those that read, are disturbed here, each in a way of its own;
 * faults.system.test.ts disturbs every call in every way.
 */

const NAMES = Object.keys(FAULTS) as FaultName[];
let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.fake.close());

describe.each(SCENARIOS)('$title', (scenario) => {
  it('is completed by a plain re-run, whichever call is disturbed, and nothing is left behind', async () => {
    const rehearsal = await rehearse(scenario);
    const failed: string[] = [];
    let turn = 0;
    for (const [at, request] of rehearsal.requests.entries()) {
      if (request.startsWith('GET ') && at % 7 !== 3) continue;
      const name = NAMES[turn++ % NAMES.length] as FaultName;
      try {
        await disturb(lab, scenario, rehearsal, at, name);
      } catch (error) {
        failed.push(`${at} ${request}, ${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    expect(failed).toEqual([]);
  });
});
