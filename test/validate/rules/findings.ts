import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildCluster } from '../../../generator/validate/cluster/cluster.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';
import { type RuleViolation, runRules } from '../../../generator/validate/run-rules.ts';

export const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

export function fixture(path: string): string {
  return readFileSync(`${FIXTURES}${path}`, 'utf8');
}

/** What all rules say of one text of manifests. A text that cannot be read is an error of the test. */
export function violationsIn(text: string, { nodes = 1 } = {}): RuleViolation[] {
  const { manifests, problems, aside } = readManifests([{ path: 'manifests.yaml', text }]);
  if (problems.length + aside.length > 0) throw new Error(JSON.stringify([...problems, ...aside]));
  return runRules(buildCluster(manifests, { nodes }));
}

/** Violations in a form that shows well when a test fails. */
export function shown(violations: readonly RuleViolation[]): string[] {
  return violations.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`);
}

/** The ids of the rules that are broken, each once. */
export function ids(violations: readonly RuleViolation[]): string[] {
  return [...new Set(violations.map(({ rule }) => rule))].sort();
}
