import { at, mapping, text } from '../../../fields.ts';
import type { ImmutableFields } from './refusal.ts';

/**
 * Another strategy than the rolling one. Where a manifest does not say how to roll, Kubernetes fills it in, and nobody who
 * applies the manifest owns that part: it stays, and contradicts the new strategy. (Seen with server-side apply, 1.35;
 * `rollingUpdate: null` does not help.)
 */
export function strategyLeft(field: 'strategy' | 'updateStrategy'): ImmutableFields {
  return function* (before, after) {
    const type = (data: typeof before) => text(at(data, 'spec', field, 'type')) ?? 'RollingUpdate';
    const stated = Object.keys(mapping(at(before, 'spec', field, 'rollingUpdate'))).length > 0;
    if (type(before) === 'RollingUpdate' && type(after) !== 'RollingUpdate' && !stated)
      yield {
        at: ['spec', field, 'type'],
        name: `spec.${field}.type (the rollingUpdate that Kubernetes filled in contradicts it; state one first, then change the type)`,
      };
  };
}
