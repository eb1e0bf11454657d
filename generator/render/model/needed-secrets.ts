import type { Environment } from '../../spec/environment.ts';
import { PULL_SECRET, PULL_SECRET_ITEM, secretName } from './names.ts';

/** A sealed value that an environment cannot do without. */
export interface NeededSecret {
  /** Key in the Secret, and the name it is sealed by. */
  item: string;
  /** The Secret it goes into: sealing binds a value to this name and the namespace. */
  secret: string;
  namespace: string;
  /** Who reads it, for messages. */
  usedBy: string[];
}

/** Every sealed value that an environment needs, sorted by name. */
export function neededSecrets(environment: Environment): NeededSecret[] {
  const users = new Map<string, Set<string>>();
  const use = (item: string, user: string) => users.set(item, (users.get(item) ?? new Set()).add(user));
  for (const workload of environment.workloads) {
    for (const item of Object.values(workload.secrets)) use(item, workload.name);
  }
  const { redis, namespace } = environment;
  if (redis?.mode === 'embedded') use('redis-password', 'redis');
  for (const part of Object.keys(redis?.connect ?? {})) {
    if (redis?.mode === 'external' || part === 'password') use(`redis-${part}`, 'redis.connect');
  }
  const needed = [...users].map(([item, by]) => ({
    item,
    secret: secretName(environment),
    namespace,
    usedBy: [...by],
  }));
  if (pullsPrivately(environment)) {
    needed.push({ item: PULL_SECRET_ITEM, secret: PULL_SECRET, namespace, usedBy: ['image'] });
  }
  return needed.sort((a, b) => (a.item < b.item ? -1 : 1));
}

function pullsPrivately(environment: Environment): boolean {
  return environment.workloads.some((workload) => workload.image.private);
}
