import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Droplet, sshProcesses, startDroplet } from './droplet.ts';
import { hasOpenSsh } from './sshd.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('a process that ends with an open tunnel (not run without OpenSSH)', () => {
  let droplet: Droplet;
  let folder: string;
  let module: string;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    droplet = await startDroplet();
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-end-'));
    module = join(folder, 'tunnel.mjs');
    await build({
      entryPoints: ['adapters/ssh/tunnel.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: module,
      // Some of what it bundles still asks for modules in the older way.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'silent',
    });
  });
  afterEach(() => {
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await droplet?.stop();
  });

  /** Opens a tunnel in a process of its own, which then does `act`. */
  const start = async (act: string): Promise<{ socket: string; ssh: number; exit: Promise<unknown[]> }> => {
    const program = join(folder, 'main.mjs');
    writeFileSync(
      program,
      `import { openTunnel } from ${JSON.stringify(module)};
       const tunnel = await openTunnel(JSON.parse(process.argv[2]));
       console.log(tunnel.apiSocket);
       setInterval(() => {}, 1000);
       process.stdin.once('data', () => { ${act} });`,
    );
    const request = droplet.request({ key: { text: droplet.key.text } });
    child = spawn(process.execPath, [program, JSON.stringify(request)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, TMPDIR: folder },
    });
    const exit = once(child, 'exit');
    const [said] = (await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), exit])) as [
      Buffer,
    ];
    const socket = String(said).trim();
    expect(existsSync(socket)).toBe(true);
    const [ssh = 0] = sshProcesses(child.pid);
    expect(ssh).toBeGreaterThan(0);
    return { socket, ssh, exit };
  };
  const clean = async (socket: string, ssh: number) => {
    expect(existsSync(dirname(socket))).toBe(false);
    // It was told to end, and nobody waited for it.
    while (existsSync(`/proc/${ssh}/exe`)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s removes everything, and ends it as ever',
    async (signal) => {
      const { socket, ssh, exit } = await start('');
      child?.kill(signal);
      expect(await exit).toEqual([null, signal]);
      await clean(socket, ssh);
    },
  );

  it.each([
    ['process.exit', 'process.exit(3)', 3],
    ['an error that nobody catches', 'throw new Error("bug")', 1],
  ])('%s removes everything', async (_name, act, code) => {
    const { socket, ssh, exit } = await start(act);
    child?.stdin?.write('now\n');
    expect(await exit).toEqual([code, null]);
    await clean(socket, ssh);
  });

  it('leaves a signal to whoever listens to it: the line stands until they close it', async () => {
    const { socket, ssh, exit } = await start(
      `process.on('SIGTERM', async () => {
         console.log(process.listenerCount('SIGTERM'));
         const { existsSync } = await import('node:fs');
         const stands = existsSync(tunnel.apiSocket);
         await tunnel.close();
         process.exit(stands ? 7 : 8);
       });
       console.log('listening');`,
    );
    child?.stdin?.write('now\n');
    await once(child?.stdout as NodeJS.ReadableStream, 'data');
    child?.kill('SIGTERM');
    expect(await exit).toEqual([7, null]);
    await clean(socket, ssh);
  });

  it('keeps the line when a key press interrupts the whole group, so that it can still be used', async () => {
    const { ssh, exit } = await start(`process.on('SIGINT', () => {}); console.log('listening');`);
    child?.stdin?.write('now\n');
    await once(child?.stdout as NodeJS.ReadableStream, 'data');
    const group = (pid: number) => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
    };
    expect(group(ssh)).not.toBe(group(child?.pid ?? 0));
    child?.kill('SIGTERM');
    await exit;
  });

  it('ends ssh even when it is killed, because its input ends, and no key is left on disk', async () => {
    const { socket, ssh, exit } = await start('');
    child?.kill('SIGKILL');
    await exit;
    while (existsSync(`/proc/${ssh}/exe`)) await new Promise((resolve) => setTimeout(resolve, 20));
    const left = readdirSync(dirname(socket));
    expect(left).toContain('known_hosts');
    expect(left).not.toContain('key');
  });
});
