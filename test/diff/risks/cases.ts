import { describe, expect, it } from 'vitest';
import type { RiskContext, RiskRule } from '../../../generator/diff/risk.ts';
import { type ContextOptions, contextOf } from './changes.ts';

/** A change, and all that one rule says of it. */
export interface RiskCase extends ContextOptions {
  name: string;
  before: string | undefined;
  after: string | undefined;
  /** `side Kind/name field: message`, in any order; none for a change that is safe. */
  hits: string[];
}

/** YAML with some texts in it replaced. Each must stand there exactly once, so that no case tests nothing. */
export function edit(yaml: string, ...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2)
      throw new Error(`${JSON.stringify(from)} does not stand there once:\n${text}`);
    return text.replace(from, () => to);
  }, yaml);
}

/** Documents of one tree. */
export function documents(...yaml: readonly string[]): string {
  return yaml.join('\n---\n');
}

/** What a rule says, in the form of `hits`; sorted. */
function said(rule: RiskRule, { before, after, ...options }: Omit<RiskCase, 'name' | 'hits'>): string[] {
  return saidOf(rule, contextOf(before, after, options));
}

function saidOf(rule: RiskRule, context: RiskContext): string[] {
  return [...rule.check(context)]
    .map(({ change, side, at, message }) => {
      const manifest = change && (change[side] ?? change.after ?? change.before);
      const object = manifest ? `${manifest.identity.kind}/${manifest.identity.name}` : 'machine';
      return `${side} ${object}${at.length > 0 ? ` ${at.join('.')}` : ''}: ${message}`;
    })
    .sort();
}

/** One test for each case. Names may be as long as they like: `it.each` would cut them off. */
export function testCases(rule: RiskRule, cases: readonly RiskCase[]): void {
  describe(rule.risk, () => {
    for (const { name, hits, ...change } of cases)
      it(name, () => {
        expect(said(rule, change)).toEqual([...hits].sort());
      });
  });
}
