import { at, labelsOf } from '../fields.ts';
import type { Severity, Violation } from '../finding.ts';
import type { Path } from '../manifest.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { Rule } from './rule.ts';
import { rules as allRules } from './rules/index.ts';

/** An object may say which rules it knowingly breaks: `lunchbox.dev/ignore: image-mutable, plaintext-secret`. */
const IGNORE_ANNOTATION = 'lunchbox.dev/ignore';

/** A violation of a rule, with the rule's own severity and remedy where it states none. */
export interface RuleViolation extends Violation {
  rule: string;
  severity: Severity;
  fix: string;
}

/** Runs every rule over a cluster. Order: by file, place in it, field, rule; the same whatever the order of the rules. */
export function runRules(cluster: Cluster, rules: readonly Rule[] = allRules): RuleViolation[] {
  const found: RuleViolation[] = [];
  for (const rule of rules) {
    for (const violation of rule.check(cluster)) {
      if (ignored(violation).includes(rule.id)) continue;
      found.push({
        ...violation,
        rule: rule.id,
        severity: violation.severity ?? rule.severity,
        fix: violation.fix ?? rule.fix,
      });
    }
  }
  return found.sort(
    (a, b) =>
      compare(a.manifest.file, b.manifest.file) ||
      a.manifest.line - b.manifest.line ||
      comparePaths(a.at, b.at) ||
      compare(a.rule, b.rule),
  );
}

/** Step by step, an outer field before the inner ones. */
function comparePaths(a: Path, b: Path): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order =
      typeof step === 'number' && typeof other === 'number'
        ? step - other
        : compare(String(step), String(other));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** By code units, so that no locale has a say. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function ignored({ manifest }: Violation): string[] {
  const annotations = labelsOf(at(manifest.data, 'metadata', 'annotations'));
  return (annotations[IGNORE_ANNOTATION] ?? '').split(',').map((id) => id.trim());
}
