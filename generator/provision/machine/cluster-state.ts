import { at, items, text } from '../../fields.ts';
import type { Json, JsonObject } from '../../manifest.ts';

/** What k3s itself starts, and an app needs: namespace kube-system. */
const SYSTEM_DEPLOYMENTS = ['coredns', 'traefik'];

/** What is not ready yet of a new cluster, in words; undefined when all of it is. */
export function notReady(nodes: JsonObject, deployments: JsonObject): string | undefined {
  const known = list(nodes.items);
  if (known.length === 0) return 'there is no node yet';
  const waiting = known.find((node) => condition(node, 'Ready') !== 'True');
  if (waiting) return `node ${nameOf(waiting)} is not ready`;
  const there = list(deployments.items);
  for (const name of SYSTEM_DEPLOYMENTS) {
    const own = there.find((each) => nameOf(each) === name);
    if (!own) return `${name} is not there yet`;
    if (condition(own, 'Available') !== 'True') return `${name} is not available yet`;
  }
  return undefined;
}

function condition(object: JsonObject, type: string): string | undefined {
  const found = list(at(object, 'status', 'conditions')).find((each) => each.type === type);
  return text(found?.status);
}

function nameOf(object: JsonObject): string {
  return text(at(object, 'metadata', 'name')) ?? '';
}

function list(value: Json | undefined): JsonObject[] {
  return items(value).map(({ item }) => item);
}
