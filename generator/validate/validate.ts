import type { Problem } from '../errors.ts';
import type { Finding, Place } from '../finding.ts';
import type { Manifest } from '../manifest.ts';
import { SEALING_RULES } from '../seal/sealing-rules.ts';
import { type Capacity, capacityOf, capacityViolation } from './capacity/capacity.ts';
import { buildCluster } from './cluster/cluster.ts';
import type { RuleInfo } from './formats/sarif.ts';
import { locate } from './locate.ts';
import { rules } from './rules/index.ts';
import { removalOf } from './rules/removed-api.ts';
import { runRules } from './run-rules.ts';
import { checkSchemas, type SchemaEngine, type SchemaReport } from './schema-check.ts';

/** Objects that are applied together: one environment, or one folder. */
export interface ValidationTarget {
  manifests: readonly Manifest[];
  /** Documents that could not be read. */
  problems?: readonly Problem[];
  nodes: number;
  /** Droplet size; capacity is checked only when it is known. */
  size?: string | undefined;
}

/** Everything that validation found out about one target. */
export interface ValidationReport {
  findings: Finding[];
  objects: number;
  validated: number;
  skipped: number;
  capacity: Capacity | undefined;
}

export interface ValidationTools {
  /** A file of the schema pack. */
  readSchema: (file: string) => string | undefined;
  /** Undefined: wiring and capacity only. */
  engine: SchemaEngine | undefined;
  /** Milliseconds, for stage times. */
  now: () => number;
}

export interface Validation {
  /** In the order of the targets. */
  reports: ValidationReport[];
  /** Milliseconds. */
  times: { schemas: number; rules: number };
}

/** What stands behind findings that no rule file makes. */
const OTHER_RULES: readonly RuleInfo[] = [
  {
    id: 'yaml',
    summary: 'A file that nobody can read',
    why: 'A document that is no YAML, or says the same key twice, is applied by no program, or by each one differently.',
    fix: 'Correct the line that is named.',
  },
  {
    id: 'schema',
    summary: 'An object that its schema does not allow',
    why: 'kubeconform, strict: unknown fields, wrong types, missing fields. The API server refuses such an object, or drops the field without a word.',
    fix: 'Correct the field that is named.',
  },
  {
    id: 'schema-missing',
    summary: 'An object that no schema is known of',
    why: 'A check that skips an object says nothing about it, so skipping is an error.',
    fix: 'Check the spelling of `apiVersion` and `kind`; for a custom resource, put its JSON Schema into the folder `schemas` beside lunchbox.yaml, or name a folder with --schemas.',
  },
  {
    id: 'capacity',
    summary: 'What must run at the same time does not fit the droplet',
    why: 'The requests of everything that runs, what a rollout runs beside it, and k3s itself need more than the machine has: pods stay Pending, and a rollout never ends.',
    fix: 'Take a larger `droplet.size`, or ask for less in `resources`.',
  },
];

/** What `secrets check` finds, in the words of the other rules. */
const SEALED_RULES: readonly RuleInfo[] = Object.entries(SEALING_RULES).map(([id, { summary }]) => ({
  id,
  summary,
  why: 'Found without a private key, from what stands in secrets.yaml and sealing.crt.',
  fix: 'Seal the value again (`lunchbox seal <env> <name>`), or remove it (`--remove`).',
}));

/** Every kind of finding there is, for `explain` and SARIF. */
export const ruleInfos: readonly RuleInfo[] = [...rules, ...OTHER_RULES, ...SEALED_RULES];

/** Schemas of all targets in one go, then wiring and capacity of each. Pure but for the engine, which runs kubeconform. */
export async function validate(
  targets: readonly ValidationTarget[],
  tools: ValidationTools,
): Promise<Validation> {
  const { now } = tools;
  const start = now();
  const all = targets.flatMap(({ manifests }) => manifests);
  const schemas = tools.engine
    ? await checkSchemas(all, tools.readSchema, tools.engine)
    : { validated: 0, skipped: 0, violations: [] };
  const checked = now();
  const reports = targets.map((target) => report(target, schemas));
  return { reports, times: { schemas: checked - start, rules: now() - checked } };
}

function report(
  { manifests, problems = [], nodes, size }: ValidationTarget,
  schemas: SchemaReport,
): ValidationReport {
  const cluster = buildCluster(manifests, { nodes });
  const own = new Set(manifests);
  const findings: Finding[] = problems.map(yamlFinding);
  let skipped = 0;
  for (const { rule, violation } of schemas.violations) {
    if (!own.has(violation.manifest)) continue;
    if (rule === 'schema-missing') skipped++;
    const { apiVersion, kind } = violation.manifest.identity;
    // That the API is gone says more than that there is no schema of it.
    if (rule === 'schema-missing' && removalOf(apiVersion, kind)) continue;
    findings.push(finding(rule, violation));
  }
  for (const violation of runRules(cluster)) findings.push(finding(violation.rule, violation));
  const capacity = size === undefined ? undefined : capacityOf(cluster, size);
  const overload = capacity && capacityViolation(capacity);
  if (overload) findings.push(finding('capacity', overload));
  return { findings, objects: manifests.length, validated: manifests.length - skipped, skipped, capacity };
}

function finding(
  rule: string,
  violation: Parameters<typeof place>[0] & { message: string; fix?: string; severity?: Finding['severity'] },
): Finding {
  const {
    message,
    severity = 'error',
    fix = OTHER_RULES.find(({ id }) => id === rule)?.fix ?? '',
  } = violation;
  return { rule, severity, place: place(violation), message, fix };
}

function place({ manifest, at }: { manifest: Manifest; at: readonly (string | number)[] }): Place {
  return locate(manifest, at);
}

function yamlFinding({ message, place: where, remedy }: Problem): Finding {
  return {
    rule: 'yaml',
    severity: 'error',
    place: where ?? { file: '', line: 1, column: 1 },
    message,
    fix: remedy ?? 'Correct the line.',
  };
}
