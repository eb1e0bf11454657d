import { Buffer } from 'node:buffer';
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { type Problem, UserError } from '../../errors.ts';
import type { Place } from '../../finding.ts';
import { itemNameFault } from '../item-name.ts';
import { type YamlSource, yamlSource } from '../yaml-source.ts';
import type { SecretInput } from './secret-input.ts';

/** The values of one Kubernetes Secret. Its annotations, which may repeat them in clear, are never looked at. */
export interface SecretManifest {
  name: string;
  type: string;
  values: SecretInput[];
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** What Kubernetes would read as a number, a boolean or null, and refuse in `stringData`. */
const NO_STRING = /^(~|null|true|false|[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?|0x[0-9a-f]+|0o?[0-7]+)$/i;
const REMEDY = 'Give it a Secret as `kubectl get secret NAME -o yaml` prints it.';

/**
 * Reads every Secret of a YAML or JSON text: documents, and the items of a List. `stringData` wins over `data`.
 * @throws UserError with `file:line:column`, keys, and never a value.
 */
export function parseSecretManifests(file: string, text: string): SecretManifest[] {
  const source = yamlSource(file, text, REMEDY);
  const secrets =
    source.problems.length > 0 ? [] : source.contents.flatMap((node) => readObject(source, node));
  if (source.problems.length === 0 && secrets.length === 0) {
    source.problems.push({ message: 'no Secret in it', place: { file, line: 1, column: 1 }, remedy: REMEDY });
  }
  if (source.problems.length > 0) throw new UserError(source.problems);
  return secrets;
}

function readObject(source: YamlSource, node: Node | null): SecretManifest[] {
  if (!isMap(node)) return [];
  const kind = textOf(node.get('kind', true));
  const items = node.get('items', true);
  if (isSeq(items)) return items.items.flatMap((item) => readObject(source, item as Node));
  if (kind === 'SealedSecret') {
    return refuse(
      source,
      node,
      'it is sealed already',
      'Copy sealed values only with the key that opens them: `lunchbox unseal`.',
    );
  }
  if (kind !== 'Secret') return [];
  const type = textOf(node.get('type', true)) ?? 'Opaque';
  if (type === 'kubernetes.io/service-account-token') {
    return refuse(source, node, 'a service account token is made by the cluster itself', 'Leave it out.');
  }
  const values = new Map<string, SecretInput>();
  for (const field of ['data', 'stringData'] as const) {
    const map = node.get(field, true);
    if (isMap(map)) for (const input of readValues(source, map, field)) values.set(input.item, input);
    else if (map !== undefined && textOf(map) !== '')
      refuse(source, map as Node, `\`${field}\` is a mapping`, REMEDY);
  }
  const metadata = node.get('metadata', true);
  const name = (isMap(metadata) ? textOf(metadata.get('name', true)) : undefined) ?? '';
  return [{ name, type, values: [...values.values()] }];
}

function* readValues(source: YamlSource, map: YAMLMap, field: 'data' | 'stringData'): Generator<SecretInput> {
  for (const pair of map.items) {
    const item = textOf(pair.key) ?? '';
    const place = placeOf(source, pair.key);
    const problem = (message: string, remedy: string): void => {
      source.problems.push({ message, place, remedy } satisfies Problem);
    };
    const fault = itemNameFault(item);
    const text = textOf(pair.value);
    if (fault !== undefined) problem(`not a key that a Secret may have: ${fault}`, 'Rename it.');
    else if (text === undefined) problem(`\`${field}.${item}\` is not a text`, 'Put it in quotes.');
    else if (field === 'data') {
      const encoded = text.replace(/\s+/g, '');
      if (encoded.length % 4 === 0 && BASE64.test(encoded))
        yield { item, value: Buffer.from(encoded, 'base64'), place };
      else
        problem(`\`data.${item}\` is not base64`, 'Encode it with `base64 -w0`, or move it to `stringData`.');
    } else if (isScalar(pair.value) && pair.value.type === 'PLAIN' && NO_STRING.test(text)) {
      problem(`\`stringData.${item}\` is not a text`, 'Put it in quotes.');
    } else yield { item, value: Buffer.from(text, 'utf8'), place };
  }
}

function refuse(source: YamlSource, node: Node, message: string, remedy: string): [] {
  source.problems.push({ message, place: placeOf(source, node), remedy });
  return [];
}

function placeOf(source: YamlSource, node: unknown): Place {
  const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return source.placeOf(range?.[0] ?? 0);
}

function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}
