import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../../generator/validate/rules/index.ts';
import { FIXTURES, fixture, ids, shown, violationsIn } from './findings.ts';

describe.each(rules.map(({ id }) => id))('%s', (id) => {
  it('is the one rule that the bad fixture breaks', () => {
    expect(ids(violationsIn(fixture(`rules/${id}/bad.yaml`)))).toEqual([id]);
  });

  it.each(['good', 'near-miss'])(
    'has nothing to say about the %s fixture, nor has any other rule',
    (name) => {
      expect(shown(violationsIn(fixture(`rules/${id}/${name}.yaml`)))).toEqual([]);
    },
  );
});

describe('the registry', () => {
  it('holds every rule file, each under the name of its file', () => {
    const folder = new URL('../../../generator/validate/rules/', import.meta.url);
    const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
    expect(rules.map(({ id }) => id).sort()).toEqual(files.filter((file) => file !== 'index').sort());
  });

  it('has fixtures for every rule, and for nothing else', () => {
    expect(readdirSync(`${FIXTURES}rules`).sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  it.each(rules)('describes $id', ({ id, summary, why, fix }) => {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
    expect(summary).not.toMatch(/\.$|\n/);
    expect(why).toMatch(/\.\)?$/);
    expect(fix).toMatch(/\S/);
  });
});
