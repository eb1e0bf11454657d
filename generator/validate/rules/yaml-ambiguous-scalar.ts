import type { Severity } from '../../finding.ts';
import type { Manifest, Path } from '../../manifest.ts';
import { plainScalars } from '../plain-scalars.ts';
import type { Rule } from '../rule.ts';
import { type Reading, readByKubernetes, readByYaml11, readByYaml12, sameReading } from '../yaml-readings.ts';

/** How readers differ about one plain scalar. */
export interface Ambiguity {
  /** An error where Kubernetes itself does not see what an editor shows. */
  severity: Severity;
  message: string;
  fix: string;
}

/** How readers differ about a plain scalar; undefined when they agree. `name` stands for it in the texts. */
export function ambiguity(source: string, name = `\`${source}\``): Ambiguity | undefined {
  const [cluster, editor, old] = [readByKubernetes(source), readByYaml12(source), readByYaml11(source)];
  const shown = name.includes(source);
  const told = (reading: Reading) => describe(reading, shown);
  const fix = shown ? remedy(source, cluster) : 'Put it in quotes if it is text.';
  if (!sameReading(cluster, editor)) {
    const [first, second] = [told(cluster), told(editor)];
    const message = `${name} is ${first} to Kubernetes, and ${first === second ? 'another' : second} to YAML 1.2`;
    return { severity: 'error', message, fix };
  }
  if (sameReading(cluster, old)) return undefined;
  const message = `${name} is ${told(cluster)} to Kubernetes and YAML 1.2, and ${told(old)} to YAML 1.1`;
  return { severity: 'warning', message, fix };
}

export const yamlAmbiguousScalar: Rule = {
  id: 'yaml-ambiguous-scalar',
  severity: 'error',
  summary: 'A value without quotes is read differently by different YAML readers',
  why: 'Kubernetes reads a dialect of YAML 1.1, editors and most tools read 1.2. `country: NO` becomes `false`, `mode: 0777` becomes 511, and the file shows nothing of it.',
  fix: 'Put it in quotes if it is text; otherwise write `true`, `false` or a plain decimal number.',
  *check(cluster) {
    for (const manifest of cluster.manifests) {
      for (const { path, source, isKey } of plainScalars(manifest)) {
        const secret = !isKey && holdsSecrets(manifest, path);
        const found = secret ? ambiguity(source, 'this value') : ambiguity(source);
        if (!found) continue;
        // The habit of generations, and what Kubernetes reads is what was meant.
        const mode = /^(?:defaultM|m)ode$/.test(String(path.at(-1))) && /^0[0-7]+$/.test(source);
        yield { manifest, at: path, ...found, severity: mode ? 'warning' : found.severity };
      }
    }
  },
};

/** Values of these fields are never shown. */
function holdsSecrets({ identity: { kind } }: Manifest, [first, second]: Path): boolean {
  if (kind === 'Secret') return first === 'data' || first === 'stringData';
  return kind === 'SealedSecret' && first === 'spec' && second === 'template';
}

function describe(reading: Reading, shown: boolean): string {
  switch (reading.type) {
    case 'text':
      return 'text';
    case 'null':
      return 'null';
    case 'date':
      return 'a date';
    case 'truth':
      return shown ? String(reading.value) : 'a truth value';
    case 'number': {
      if (!Number.isFinite(reading.value)) return 'an infinite number';
      const note = reading.note === undefined ? '' : ` (${reading.note})`;
      return shown ? `${reading.value}${note}` : 'a number';
    }
    default:
      return reading satisfies never;
  }
}

function remedy(source: string, cluster: Reading): string {
  const quoted = `\`"${source}"\``;
  return 'value' in cluster
    ? `Write ${quoted} if it is text, or \`${cluster.value}\`, which is what Kubernetes makes of it.`
    : `Write ${quoted}.`;
}
