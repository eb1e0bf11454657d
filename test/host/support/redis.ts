import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { redisConfig } from '../../../generator/render/model/redis-config.ts';

/** A real Redis with the settings of an embedded one, over a folder. */
export interface Redis {
  socket: string;
  cli(...args: string[]): Promise<string>;
  /** Commands, one a line; resolves when all were answered. */
  send(lines: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedis(folder: string): Promise<Redis> {
  const own = mkdtempSync(join(tmpdir(), 'lunchbox-redis-'));
  const socket = join(own, 'redis.sock');
  const config = redisConfig(256 << 20)
    .replace(/^dir .*/m, `dir ${folder}`)
    .replace(/^port .*/m, `port 0\nunixsocket ${socket}`);
  writeFileSync(join(own, 'redis.conf'), config);
  const child = spawn('redis-server', [join(own, 'redis.conf')], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const cli = async (...args: string[]) =>
    (await promisify(execFile)('redis-cli', ['-s', socket, ...args])).stdout.trim();
  for (;;) {
    if (child.exitCode !== null) throw new Error('Redis does not start');
    if (existsSync(socket) && (await cli('ping').catch(() => '')) === 'PONG') break;
    await new Promise((wake) => setTimeout(wake, 30));
  }
  return {
    socket,
    cli,
    async send(lines) {
      const talk = spawn('redis-cli', ['-s', socket], { stdio: ['pipe', 'ignore', 'ignore'] });
      talk.stdin.end(`${lines.join('\n')}\n`);
      await once(talk, 'exit');
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(own, { recursive: true, force: true });
    },
  };
}
