import { describe, expect, it } from 'vitest';
import type { Violation } from '../../generator/finding.ts';
import type { Path } from '../../generator/manifest.ts';
import { buildCluster } from '../../generator/validate/cluster/cluster.ts';
import { readManifests } from '../../generator/validate/read-manifests.ts';
import type { Rule } from '../../generator/validate/rule.ts';
import { runRules } from '../../generator/validate/run-rules.ts';

const configMap = (name: string, annotations = '{}') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, annotations: ${annotations} }\n`;

const { manifests } = readManifests([
  { path: 'b.yaml', text: configMap('third') },
  { path: 'a.yaml', text: `${configMap('first')}---\n${configMap('second')}` },
  { path: 'c.yaml', text: configMap('told', '{ lunchbox.dev/ignore: "other, one" }') },
]);
const cluster = buildCluster(manifests, { nodes: 1 });

/** A rule that reports these fields of every object. */
function rule(id: string, paths: Path[], more: Partial<Violation> = {}): Rule {
  return {
    id,
    severity: 'error',
    summary: id,
    why: id,
    fix: 'the rule says',
    *check(given) {
      for (const manifest of given.manifests)
        for (const at of paths) yield { manifest, at, message: id, ...more };
    },
  };
}

describe('runRules', () => {
  it('orders by file, document, field and rule, whatever the order of the rules', () => {
    const rules = [rule('two', [['data', 10], ['data', 2], ['data']]), rule('one', [['data', 2], ['aside']])];
    const found = runRules(cluster, rules).map(
      ({ manifest, at, rule: id }) => `${manifest.identity.name} ${at.join('.')} ${id}`,
    );
    const each = ['aside one', 'data two', 'data.2 one', 'data.2 two', 'data.10 two'];
    expect(found).toEqual([
      ...['first', 'second', 'third'].flatMap((name) => each.map((line) => `${name} ${line}`)),
      // It knowingly breaks the rule `one`.
      ...['data two', 'data.2 two', 'data.10 two'].map((line) => `told ${line}`),
    ]);
    expect(runRules(cluster, [...rules].reverse())).toEqual(runRules(cluster, rules));
  });

  it("takes the rule's severity and remedy where a violation states none", () => {
    const [own] = runRules(cluster, [rule('two', [[]])]);
    expect(own).toMatchObject({ rule: 'two', severity: 'error', fix: 'the rule says' });
    const [stated] = runRules(cluster, [rule('two', [[]], { severity: 'info', fix: 'this one says' })]);
    expect(stated).toMatchObject({ rule: 'two', severity: 'info', fix: 'this one says' });
  });
});
