import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../capabilities/ports/cluster.ts';

/** What holds the app and the way to it; not what needs the internet. In the order of their need. */
const PARTS = ['app', 'web', 'ingress'];

// biome-ignore lint/suspicious/noExplicitAny: whatever was rendered
type Rendered = any;

/**
 * The committed tree of an environment, with two changes: Secrets in place of SealedSecrets, so that no controller is
 * needed to open them, and an image that is there.
 */
export function renderedTree(environment: string, image: string): KubernetesObject[] {
  return PARTS.flatMap((part) => {
    const folder = `clusters/${environment}/manifests/${part}`;
    const objects = readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), 'utf8')));
    const first = (object: Rendered) => (object.kind === 'Namespace' ? 0 : 1);
    return objects.sort((one, other) => first(one) - first(other)).map((object) => standIn(object, image));
  });
}

function standIn(object: Rendered, image: string): KubernetesObject {
  if (object.kind === 'SealedSecret') {
    const names = Object.keys(object.spec.encryptedData);
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: object.spec.template.metadata,
      stringData: Object.fromEntries(names.map((name) => [name, 'stand-in'])),
    };
  }
  for (const container of object.spec?.template?.spec.containers ?? []) container.image = image;
  return object;
}

/** The shape that people write by hand: nothing says when a pod is ready, and nothing waits before it stops. */
export function asWrittenByHand(deployment: KubernetesObject): KubernetesObject {
  const object: Rendered = structuredClone(deployment);
  delete object.spec.strategy;
  delete object.spec.minReadySeconds;
  for (const container of object.spec.template.spec.containers)
    for (const field of ['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle'])
      delete container[field];
  return object;
}

/** The same, so that its pods must be replaced. */
export function changed(deployment: KubernetesObject, value: string): KubernetesObject {
  const object: Rendered = structuredClone(deployment);
  object.spec.template.metadata.annotations['lunchbox.test/changed'] = value;
  return object;
}
