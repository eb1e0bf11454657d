import { isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';
import type { Severity } from '../../finding.ts';
import type { Manifest, Path } from '../../manifest.ts';
import type { Rule } from '../rule.ts';

interface Reading {
  pattern: RegExp;
  /** How its readers differ. */
  message: (source: string) => string;
  /** An error where Kubernetes itself does not see what an editor shows. */
  severity: Severity;
}

/** Plain scalars that YAML 1.1, YAML 1.2 and Kubernetes' decoder (a dialect of 1.1) do not all read alike. */
const READINGS: readonly Reading[] = [
  {
    pattern: /^(?:y|Y|yes|Yes|YES|on|On|ON)$/,
    severity: 'error',
    message: (source) => `\`${source}\` is true to Kubernetes, and text to YAML 1.2`,
  },
  {
    pattern: /^(?:n|N|no|No|NO|off|Off|OFF)$/,
    severity: 'error',
    message: (source) => `\`${source}\` is false to Kubernetes, and text to YAML 1.2`,
  },
  {
    pattern: /^[-+]?0[0-7]+$/,
    severity: 'error',
    message: (source) =>
      `\`${source}\` is ${octal(source)} (octal) to Kubernetes, and ${Number(source)} to YAML 1.2`,
  },
  {
    pattern: /^[-+]?0[0-9]+$/,
    severity: 'error',
    message: (source) => `\`${source}\` is a number to some readers and text to others`,
  },
  {
    pattern: /^[-+]?(?:0b[01][01_]*)$/,
    severity: 'error',
    message: (source) => `\`${source}\` is a binary number to Kubernetes, and text to YAML 1.2`,
  },
  {
    pattern:
      /^[-+]?(?:0x(?=[0-9a-f_]*_)[0-9a-f_]+|(?=[0-9_.]*_)(?=[_.]*[0-9])[0-9.][0-9_.]*(?:e[-+]?[0-9_]+)?)$/i,
    severity: 'error',
    message: (source) => `\`${source}\` is a number to Kubernetes, and text to YAML 1.2`,
  },
  {
    pattern: /^0o[0-7]+$/,
    severity: 'warning',
    message: (source) =>
      `\`${source}\` is ${Number(source)} to Kubernetes and YAML 1.2, and text to YAML 1.1`,
  },
  {
    pattern: /^[-+]?[0-9]+(?:e[0-9]+|(?:\.[0-9]*)?e[0-9]+)$/i,
    severity: 'warning',
    message: (source) => `\`${source}\` is a number to Kubernetes and YAML 1.2, and text to YAML 1.1`,
  },
  {
    pattern: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
    severity: 'warning',
    message: (source) =>
      `\`${source}\` is text to Kubernetes and YAML 1.2, and a number of base 60 to YAML 1.1`,
  },
  {
    pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ].*)?$/,
    severity: 'warning',
    message: (source) => `\`${source}\` is text to Kubernetes and YAML 1.2, and a date to YAML 1.1`,
  },
];

/** Whether a text holds a scalar worth a closer look: parsing every document would be slow. */
const CANDIDATE =
  /(?:^|[\s,[{-])(?:y|n|yes|no|on|off|[-+]?0[0-9][0-9_]*|[-+]?0[box][0-9a-f_]+|[-+]?[0-9.][0-9.]*_[0-9_.e+-]*|[-+]?[0-9.]+e[0-9]+|[-+]?[0-9_]+(?::[0-5]?[0-9])+[0-9_.]*|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][^\n]*)?)(?=\s|$|[,\]}:])/im;

/** How readers differ about a plain scalar; undefined when they agree. */
export function ambiguity(source: string): { message: string; severity: Severity } | undefined {
  const reading = READINGS.find(({ pattern }) => pattern.test(source));
  return reading && { message: reading.message(source), severity: reading.severity };
}

export const yamlAmbiguousScalar: Rule = {
  id: 'yaml-ambiguous-scalar',
  severity: 'error',
  summary: 'A value without quotes is read differently by different YAML readers',
  why: 'Kubernetes reads a dialect of YAML 1.1, editors and most tools read 1.2. `country: NO` becomes `false`, `mode: 0777` becomes 511, and the file shows nothing of it.',
  fix: 'Put it in quotes if it is text; otherwise write `true`, `false` or a plain decimal number.',
  *check(cluster) {
    for (const manifest of cluster.manifests) {
      // An item of a List has its text from JSON, where nothing is ambiguous.
      if (manifest.within || !CANDIDATE.test(manifest.text)) continue;
      for (const { path, source } of plainScalars(manifest)) {
        const found = ambiguity(source);
        if (found) yield { manifest, at: path, ...found };
      }
    }
  },
};

function* plainScalars(manifest: Manifest): Iterable<{ path: Path; source: string }> {
  const { contents } = parseDocument(manifest.text, { prettyErrors: false });
  const pending: { node: unknown; path: Path }[] = [{ node: contents, path: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, path } = next;
    if (isScalar(node)) yield* plain(node, path);
    else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) pending.push({ node: item, path: [...path, index] });
    } else if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? (key.source ?? String(key.value)) : '';
        if (isScalar(key)) yield* plain(key, [...path, name]);
        pending.push({ node: value, path: [...path, name] });
      }
    }
  }
}

function* plain(node: Scalar, path: Path): Iterable<{ path: Path; source: string }> {
  if (node.type === 'PLAIN' && node.source !== undefined && !node.tag) yield { path, source: node.source };
}

function octal(source: string): number {
  const digits = source.replace(/^[-+]/, '');
  return Number.parseInt(digits, 8) * (source.startsWith('-') ? -1 : 1);
}
