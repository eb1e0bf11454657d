import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeExec } from '../../adapters/node-exec.ts';
import type { ExecOptions } from '../../capabilities/ports/exec.ts';

const script = (source: string, options: ExecOptions = {}) =>
  nodeExec(process.execPath, ['-e', source], options);

describe('running a program', () => {
  it('passes arguments as they are, without a shell', async () => {
    const hostile = ['$(id)', '`id`', 'a b', '*', ';', '-x', ''];
    const { stdout } = await nodeExec(process.execPath, [
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...hostile,
    ]);
    expect(JSON.parse(stdout.toString())).toEqual(hostile);
  });

  it('gives lines as they come, whole characters also when they arrive in pieces', async () => {
    const lines: string[] = [];
    await script(
      `const bytes = Buffer.from('grün\\nzwei\\r\\ndrei');
       let at = 0;
       const next = () => { if (at < bytes.length) process.stdout.write(bytes.subarray(at, ++at), () => setTimeout(next, 5)); };
       next();`,
      { onLine: (line, stream) => lines.push(`${stream} ${line}`) },
    );
    expect(lines).toEqual(['stdout grün', 'stdout zwei', 'stdout drei']);
  });

  it('takes a variable away, and adds one', async () => {
    const source = 'console.log(process.env.PATH, process.env.ADDED)';
    const { stdout } = await script(source, { env: { PATH: undefined, ADDED: 'yes' } });
    expect(stdout.toString()).toBe('undefined yes\n');
  });

  it('hands over standard input, also to a program that does not read it', async () => {
    const echo = await script('process.stdin.pipe(process.stdout)', { input: 'in' });
    expect(echo.stdout.toString()).toBe('in');
    expect((await script('process.exit(3)', { input: 'x'.repeat(1 << 20) })).code).toBe(3);
  });

  it('tells a program that is missing from a folder that is', async () => {
    expect(await nodeExec('no-such-program-anywhere', [])).toMatchObject({ code: 127, missing: true });
    const folder = mkdtempSync(join(tmpdir(), 'lunchbox-exec-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'program');
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o644);
    expect(await nodeExec(file, [])).toMatchObject({ code: 127, missing: true });
    await expect(script('', { cwd: '/no/such/folder' })).rejects.toThrow('no such folder');
  });

  it('ends a program that takes too long', async () => {
    expect(await script('setInterval(() => {}, 1000)', { timeout: 50 })).toMatchObject({
      code: 124,
      timedOut: true,
    });
  });

  it('does not wait for what an ended program has started', async () => {
    // The child of the child keeps the pipes open, and the child ignores being asked to end.
    const source = `
      process.on('SIGTERM', () => {});
      require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 15000)'], { stdio: 'inherit' });
      setInterval(() => {}, 1000);`;
    expect(await script(source, { timeout: 300 })).toMatchObject({ code: 124, timedOut: true });
  }, 13_000);
});
