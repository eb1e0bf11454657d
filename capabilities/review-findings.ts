import type { EnvironmentTree } from '../generator/diff/environment-tree.ts';
import type { Finding } from '../generator/finding.ts';
import { validate } from '../generator/validate/validate.ts';
import type { ValidatePorts } from './validate.ts';

/** What validation says of each tree, in their order; nothing of a tree that is gone. */
export async function validateTrees(
  trees: readonly (EnvironmentTree | undefined)[],
  ports: ValidatePorts,
): Promise<(Finding[] | undefined)[]> {
  const there = trees.filter((tree) => tree !== undefined);
  const { reports } = await validate(
    there.map(({ manifests, problems, droplet }) => ({
      manifests,
      problems,
      nodes: droplet?.nodes ?? 1,
      size: droplet?.size,
    })),
    ports,
  );
  return trees.map((tree) => (tree ? reports[there.indexOf(tree)]?.findings : undefined));
}
