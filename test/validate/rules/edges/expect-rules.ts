import { describe, expect, it } from 'vitest';
import { violationsIn } from '../findings.ts';
import { type Obj, textOf } from '../objects.ts';

/** What is special, the objects (or their text), and the rules that they break: each as often as it is broken. */
export type Case = [what: string, objects: Obj[] | string, expected: string[]];

/** Cases at the edges of each rule: just wrong, or just right. No other rule may say anything either. */
export function expectRules(cases: Record<string, Case[]>): void {
  describe.each(Object.entries(cases))('%s', (_, ofRule) => {
    it.each(ofRule)('%s', (_what, objects, expected) => {
      const found = violationsIn(typeof objects === 'string' ? objects : textOf(objects));
      expect(
        found.map(({ rule }) => rule),
        found.map(({ message }) => message).join('\n'),
      ).toEqual(expected);
    });
  });
}
