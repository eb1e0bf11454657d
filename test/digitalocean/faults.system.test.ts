import { describe, expect, it } from 'vitest';
import { FAULTS, type FaultName } from './fake/faults.ts';
import { disturb, rehearse, SCENARIOS } from './scenarios.ts';
import { startLab } from './support.ts';

/*
 * Every call of every scenario, disturbed in every way: some minutes, with LUNCHBOX_FAULTS=all. Otherwise every call is
 * disturbed in two or three ways, which go round.
 */

const NAMES = Object.keys(FAULTS) as FaultName[];
const EVERY_WAY = process.env.LUNCHBOX_FAULTS === 'all';
const waysFor = (at: number) => NAMES.filter((_, way) => EVERY_WAY || (way + at) % 4 === 0);

describe.each(SCENARIOS)('$title', (scenario) => {
  it('is completed by a plain re-run, whichever call is disturbed in whichever way', async () => {
    const rehearsal = await rehearse(scenario);
    const lab = await startLab({ timeout: 100 });
    const failed: string[] = [];
    let cases = 0;
    const ended: Partial<Record<FaultName, number>> = {};
    try {
      for (const [at, request] of rehearsal.requests.entries())
        for (const name of waysFor(at)) {
          cases++;
          try {
            const said = await disturb(lab, scenario, rehearsal, at, name);
            if (said !== '') ended[name] = (ended[name] ?? 0) + 1;
          } catch (error) {
            failed.push(`${at} ${request}, ${name}: ${error instanceof Error ? error.message : error}`);
          }
        }
    } finally {
      await lab.fake.close();
    }
    console.log(`${scenario.title}: ${cases} disturbances; runs that ended early: ${JSON.stringify(ended)}`);
    expect(failed).toEqual([]);
  });
});
