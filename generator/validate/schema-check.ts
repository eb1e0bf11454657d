import type { Violation } from '../finding.ts';
import type { JsonObject, Manifest } from '../manifest.ts';
import { schemaFile } from './schema-pack.ts';
import { schemaMissing, violationsOf } from './schema-violations.ts';
import type { Verdict } from './verdict.ts';

/** Schemas by file name, as JSON text. */
export type Schemas = ReadonlyMap<string, string>;

/** Something that runs kubeconform: in memory, or a program. */
export interface SchemaEngine {
  /** For reports, e.g. `kubeconform 0.8.0 (wasm)`. */
  name: string;
  /** One verdict for each text, in any order. */
  run(texts: readonly string[], schemas: Schemas): Promise<Verdict[]>;
}

export interface SchemaReport {
  validated: number;
  /** Manifests that nothing is known about. Each is an error too: a check that skips is none. */
  skipped: number;
  violations: { rule: 'schema' | 'schema-missing'; violation: Violation }[];
}

const VALID = 'statusValid';

/** Checks manifests against the schema pack. `readSchema` gives a file of the pack, or undefined. */
export async function checkSchemas(
  manifests: readonly Manifest[],
  readSchema: (file: string) => string | undefined,
  engine: SchemaEngine,
): Promise<SchemaReport> {
  const report: SchemaReport = { validated: 0, skipped: 0, violations: [] };
  const schemas = new Map<string, string>();
  const known: Manifest[] = [];
  for (const manifest of manifests) {
    const file = schemaFile(manifest.identity.apiVersion, manifest.identity.kind);
    const text = schemas.get(file) ?? readSchema(file);
    if (text === undefined) {
      report.skipped++;
      report.violations.push({ rule: 'schema-missing', violation: schemaMissing(manifest) });
    } else {
      schemas.set(file, text);
      known.push(manifest);
    }
  }
  const parsed = new Map<string, JsonObject>();
  const schemaOf = (manifest: Manifest): JsonObject => {
    const file = schemaFile(manifest.identity.apiVersion, manifest.identity.kind);
    const schema = parsed.get(file) ?? (JSON.parse(schemas.get(file) ?? '{}') as JsonObject);
    parsed.set(file, schema);
    return schema;
  };
  // Environments have many objects in common: the same text needs only one verdict.
  const texts = [...new Set(known.map(({ text }) => text))];
  const verdicts = new Map<string | undefined, Verdict>();
  for (const verdict of await engine.run(texts, schemas)) {
    const text = texts[verdict.manifest];
    // Should kubeconform see several documents in a text, none of them may hide what is wrong with another.
    if ((verdicts.get(text)?.status ?? VALID) === VALID) verdicts.set(text, verdict);
  }
  for (const manifest of known) {
    const verdict = verdicts.get(manifest.text);
    if (!verdict) {
      report.skipped++;
      const message = `${engine.name} gave no verdict on this object`;
      report.violations.push({ rule: 'schema-missing', violation: { manifest, at: [], message } });
      continue;
    }
    report.validated++;
    if (verdict.status === VALID) continue;
    for (const violation of violationsOf(manifest, verdict, () => schemaOf(manifest))) {
      report.violations.push({ rule: 'schema', violation });
    }
  }
  return report;
}
