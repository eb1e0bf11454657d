import { nearest } from '../../suggest.ts';
import { podReferences } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const secretKeyMissing: Rule = {
  id: 'secret-key-missing',
  severity: 'error',
  summary: 'A Secret is used by a key that it does not have',
  why: 'The pod stays in CreateContainerConfigError: the new version never starts, and the old one serves on unnoticed.',
  fix: 'Seal the value under that name (`lunchbox seal <env> <name>`), or correct the key.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      for (const { kind, manifest, namespace, name, key, at } of podReferences(pod)) {
        const keys = kind === 'Secret' ? cluster.secretKeys(namespace, name) : undefined;
        if (keys === undefined || keys === 'any' || key === undefined || keys.has(key)) continue;
        const guess = nearest(key, keys);
        yield {
          manifest,
          at,
          message: `${pod.kind}/${pod.name} uses key \`${key}\` of Secret \`${name}\`, which has ${guess ? `\`${guess}\`: did you mean that?` : list(keys)}`,
        };
      }
    }
  },
};

function list(keys: ReadonlySet<string>): string {
  return keys.size === 0 ? 'no keys' : [...keys].map((key) => `\`${key}\``).join(', ');
}
