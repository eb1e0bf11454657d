/** Starts Redis with a password that shows up in no file and no process list: it comes on standard input. */
export const START_SCRIPT = `#!/bin/sh
set -eu
quoted=$(printf '%s' "$REDIS_PASSWORD" | sed 's/[\\\\"]/\\\\&/g')
exec redis-server /etc/redis/redis.conf - <<END
requirepass "$quoted"
END
`;

/** Settings of an embedded Redis that may hold `maxmemory` bytes of data. */
export function redisConfig(maxmemory: number): string {
  return `dir /data
port 6379
# The network policy and the password protect it; this mode would refuse every other pod.
protected-mode no
# Every write is on disk within a second.
appendonly yes
appendfsync everysec
maxmemory ${maxmemory}
# A full Redis refuses writes: to forget data silently would be worse.
maxmemory-policy noeviction
`;
}
