import { describe, expect, it } from 'vitest';
import { FAULTS, type FaultName } from './fake/faults.ts';
import { disturb, rehearse, SCENARIOS } from './scenarios.ts';
import { startLab } from './support.ts';

/* Every call of every scenario, disturbed in every way. */

const NAMES = Object.keys(FAULTS) as FaultName[];

describe.each(SCENARIOS)('$title', (scenario) => {
  it('is completed by a plain re-run, whichever call is disturbed in whichever way', async () => {
    const rehearsal = await rehearse(scenario);
    const lab = await startLab({ timeout: 100 });
    const failed: string[] = [];
    const ended: Partial<Record<FaultName, number>> = {};
    try {
      for (const [at, request] of rehearsal.requests.entries())
        for (const name of NAMES)
          try {
            const said = await disturb(lab, scenario, rehearsal, at, name);
            if (said !== '') ended[name] = (ended[name] ?? 0) + 1;
          } catch (error) {
            failed.push(`${at} ${request}, ${name}: ${error instanceof Error ? error.message : error}`);
          }
    } finally {
      await lab.fake.close();
    }
    const cases = rehearsal.requests.length * NAMES.length;
    console.log(`${scenario.title}: ${cases} disturbances; runs that ended early: ${JSON.stringify(ended)}`);
    expect(failed).toEqual([]);
  });
});
