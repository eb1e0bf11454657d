import { items, labelsOf, mapping, text, texts } from '../../fields.ts';
import type { Json } from '../../manifest.ts';

/** Whether a `labelSelector` (matchLabels and matchExpressions) selects something with these labels; an empty one selects all, none at all nothing. */
export function selects(selector: Json | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined || selector === null) return false;
  const { matchLabels, matchExpressions } = mapping(selector);
  if (!includesAll(labels, labelsOf(matchLabels))) return false;
  return items(matchExpressions).every(({ item }) => {
    const key = text(item.key) ?? '';
    const has = Object.hasOwn(labels, key);
    const listed = has && texts(item.values).includes(labels[key] ?? '');
    switch (item.operator) {
      case 'In':
        return listed;
      case 'NotIn':
        return !listed;
      case 'Exists':
        return has;
      case 'DoesNotExist':
        return !has;
      default:
        return false;
    }
  });
}

/** Whether `labels` holds every one of `wanted`. */
export function includesAll(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
