import type { JsonObject } from '../../manifest.ts';
import { imageReference } from '../../release/release.ts';
import type { Environment } from '../../spec/environment.ts';
import { bytesOf } from '../../spec/quantity.ts';
import { checksum } from './checksum.ts';
import { objectLabels, REDIS, REDIS_PORT, secretName, selectorLabels } from './names.ts';
import type { ObjectSpec } from './object.ts';
import { redisConfig, START_SCRIPT } from './redis-config.ts';
import type { RenderInputs } from './render-inputs.ts';

/** An embedded Redis: one pod with a volume of its own, a password, and no way in but from the app. */
export function redisObjects(
  environment: Environment,
  { release, secretsChecksum }: RenderInputs,
): ObjectSpec[] {
  const { redis, app, namespace, addons } = environment;
  if (redis?.mode !== 'embedded') return [];
  const base: JsonObject = {
    app,
    environment: environment.name,
    namespace,
    labels: objectLabels(environment, REDIS, REDIS),
    selector: selectorLabels(environment, REDIS),
    port: REDIS_PORT,
  };
  const object = (template: string, kind: string, context: JsonObject = {}): ObjectSpec => ({
    template: `redis/${template}`,
    component: REDIS,
    kind,
    name: REDIS,
    context: { ...base, objectName: REDIS, ...context },
  });
  // The rest is for the copy that Redis makes of changed pages while it rewrites its log.
  const maxmemory = Math.floor(bytesOf(redis.memory) * 0.6);
  const files = { 'start.sh': START_SCRIPT, 'redis.conf': redisConfig(maxmemory) };
  return [
    object('configmap', 'ConfigMap', { start: files['start.sh'], config: files['redis.conf'] }),
    object('statefulset', 'StatefulSet', {
      image: imageReference(addons.redis, release),
      storage: redis.storage,
      memory: redis.memory,
      secret: secretName(environment),
      configChecksum: checksum(files),
      secretsChecksum,
    }),
    object('service', 'Service'),
    object('networkpolicy', 'NetworkPolicy'),
  ];
}
