import { isMapping } from '../fields.ts';
import type { Json, JsonObject, Path } from '../manifest.ts';

/**
 * Lists of Kubernetes' API whose items have keys, by the list's own field (and the field above it where one name means
 * two things). Source: `x-kubernetes-list-map-keys` and `patchMergeKey` of Kubernetes 1.35; for lists that Kubernetes
 * replaces as a whole (Ingress rules, RBAC subjects), the fields by which people tell the items apart.
 */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  hostAliases: ['ip'],
  resourceClaims: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  volumeClaimTemplates: ['metadata.name'],
  versions: ['name'],
  webhooks: ['name'],
  subjects: ['kind', 'namespace', 'name'],
  rules: ['host'],
  paths: ['path', 'pathType'],
  tls: ['secretName'],
  conditions: ['type'],
  ports: ['containerPort', 'port', 'protocol'],
  matchExpressions: ['key', 'operator'],
  middlewares: ['namespace', 'name'],
};

/** Items matched across two lists, in the order of the new list, then what is gone. */
export interface MatchedItems {
  pairs: { key: string; before: number | undefined; after: number | undefined }[];
  /** Keys that are on both sides, when their order differs. */
  order: { before: string[]; after: string[] } | undefined;
}

/** Matches the items of two lists by their merge keys; undefined when they have none, or when keys repeat. */
export function matchByKey(path: Path, before: Json[], after: Json[]): MatchedItems | undefined {
  const field = String(path.findLast((part) => typeof part === 'string') ?? '');
  const known = Object.hasOwn(KEYS, field) ? KEYS[field] : undefined;
  for (const fields of known ? [known, ['name']] : [['name']]) {
    const [old, now] = [keysOf(before, fields), keysOf(after, fields)];
    if (!old || !now) continue;
    const pairs = [...now].map(([key, index]) => ({ key, before: old.get(key), after: index }));
    const gone = [...old]
      .filter(([key]) => !now.has(key))
      .map(([key, index]) => ({ key, before: index, after: undefined }));
    const shared = {
      before: [...old.keys()].filter((key) => now.has(key)),
      after: [...now.keys()].filter((key) => old.has(key)),
    };
    const reordered = shared.before.some((key, index) => key !== shared.after[index]);
    return { pairs: [...pairs, ...gone], order: reordered ? shared : undefined };
  }
  return undefined;
}

/** Key of each item -> its index; undefined unless every item has one of its own. */
function keysOf(list: Json[], fields: readonly string[]): Map<string, number> | undefined {
  const keys = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    if (!isMapping(item)) return undefined;
    const parts = fields.flatMap((field) => valueAt(item, field) ?? []);
    const key = parts.join(' ');
    if (parts.length === 0 || keys.has(key)) return undefined;
    keys.set(key, index);
  }
  return keys;
}

function valueAt(item: JsonObject, field: string): string | undefined {
  let value: Json | undefined = item;
  for (const part of field.split('.')) {
    value = isMapping(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
