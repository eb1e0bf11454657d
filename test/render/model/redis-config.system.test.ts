import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redisConfig, START_SCRIPT } from '../../../generator/render/model/redis-config.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';

const installed = spawnSync('redis-server', ['--version']).status === 0;
const skip = !installed && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('the start script of an embedded Redis (needs redis-server)', () => {
  it.each([['plain'], ['with "quotes" and \\backslashes\\'], ["it's $HOME `id` $(id) #1"], ['p=?&/+é']])(
    'starts it with the password %j, which no command line and no file shows, and ends on SIGTERM',
    async (password) => {
      const folder = mkdtempSync(join(tmpdir(), 'lunchbox-redis-'));
      const port = await freePort();
      mkdirSync(join(folder, 'data'));
      const config = redisConfig(64 * 2 ** 20)
        .replace('dir /data', `dir ${folder}/data`)
        .replace('port 6379', `port ${port}\nbind 127.0.0.1`);
      writeFileSync(join(folder, 'redis.conf'), config);
      writeFileSync(
        join(folder, 'start.sh'),
        START_SCRIPT.replace('/etc/redis/redis.conf', join(folder, 'redis.conf')),
      );
      const server = spawn('/bin/sh', [join(folder, 'start.sh')], {
        env: { PATH: process.env.PATH, REDIS_PASSWORD: password },
      });
      const ask = (secret: string, ...command: string[]) =>
        spawnSync('redis-cli', ['-p', String(port), ...command], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, REDISCLI_AUTH: secret },
        }).stdout.trim();
      try {
        await until('it answers', () => ask(password, 'ping') === 'PONG');
        expect(ask('wrong', 'ping')).not.toBe('PONG');
        expect(ask(password, 'config', 'get', 'maxmemory-policy')).toContain('noeviction');
        expect(ask(password, 'set', 'a', 'b')).toBe('OK');
        // exec: Redis itself is the process that gets the signal.
        expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).toMatch(/redis-server/);
        expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(password);
        const exited = once(server, 'exit');
        server.kill('SIGTERM');
        expect((await exited)[0]).toBe(0);
      } finally {
        server.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
