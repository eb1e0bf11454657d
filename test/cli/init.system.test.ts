import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folderWith, snapshot } from '../support/cli.ts';

const python = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0;
const missing = !python && !process.env.LUNCHBOX_REQUIRE_ALL;

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** Runs the command line on a terminal: waits for each text, then types what belongs to it. */
function onTerminal(steps: readonly (readonly [string, string])[], args: readonly string[], cwd: string) {
  const program = [process.execPath, resolve('cli/bin.mjs'), ...args];
  const { stdout, stderr } = spawnSync(
    'python3',
    [join(import.meta.dirname, 'terminal.py'), JSON.stringify(steps), ...program],
    { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', TERM: 'dumb' } },
  );
  const { code, left } = JSON.parse(stderr) as { code: number; left: unknown[] };
  return { shown: stdout, code, left };
}

describe.skipIf(missing)('lunchbox init on a terminal (not run: without Python)', () => {
  it('asks for what it was not given, and takes what is typed or proposed', () => {
    const above = folderWith({});
    const run = onTerminal(
      [
        ['Name of the app [my-app]', '\r'],
        ['Image repository [ghcr.io/example/my-app]', 'ghcr.io/acme/shop\r'],
        ['Public host of prod [my-app.example]', 'shop.example\r'],
        ['Public host of staging [staging.shop.example]', '\r'],
        ["E-mail for Let's Encrypt [ops@shop.example]", ' me@shop.example \r'],
        ['DigitalOcean region [fra1]', 'nyc3\r'],
        ['Port of the app [8080]', '3000\r'],
        ['or tcp [tcp]', '/healthz\r'],
      ],
      ['init', 'my-app', '--size', 's-4vcpu-8gb'],
      above,
    );
    expect(run).toMatchObject({ code: 0, left: [] });
    expect(run.shown).not.toContain('Droplet size');
    expect(parse(readFileSync(join(above, 'my-app/lunchbox.yaml'), 'utf8'))).toMatchObject({
      app: 'my-app',
      image: { repository: 'ghcr.io/acme/shop' },
      workloads: { web: { port: 3000, health: '/healthz' } },
      tls: { email: 'me@shop.example' },
      droplet: { region: 'nyc3', size: 's-4vcpu-8gb' },
      environments: { staging: { hosts: ['staging.shop.example'] }, prod: { hosts: ['shop.example'] } },
    });
  });

  it('asks again after an answer that cannot be, and says why', () => {
    const above = folderWith({});
    const run = onTerminal(
      [
        ['Name of the app [shop]', 'My Shop\r'],
        ['expected a name of lower-case letters', ''],
        ['Name of the app [shop]', 'store\r'],
        ['Image repository', '\r'],
        ['Public host of prod', 'store\r'],
        ['expected a host name', ''],
        ['Public host of prod', '\r'],
        ['Public host of staging', 'store.example\r'],
        ['prod has this host', ''],
        ['Public host of staging', '\r'],
        ["E-mail for Let's Encrypt", 'me\r'],
        ['expected an e-mail address', ''],
        ["E-mail for Let's Encrypt", '\r'],
        ['DigitalOcean region', 'mars\r'],
        ['expected a DigitalOcean region', ''],
        ['DigitalOcean region', '\r'],
        ['Droplet size', 's-2vcpu-4bg\r'],
        ['did you mean s-2vcpu-4gb?', ''],
        ['Droplet size', '\r'],
        ['Port of the app', '80a\r'],
        ['expected a port from 1 to 65535', ''],
        ['Port of the app', '\r'],
        ['or tcp [tcp]', '\r'],
      ],
      ['init', 'shop'],
      above,
    );
    expect(run).toMatchObject({ code: 0, left: [] });
    expect(readFileSync(join(above, 'shop/lunchbox.yaml'), 'utf8')).toContain('app: store\n');
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['the end of input', CTRL_D],
  ])('%s stops it, and nothing is left', (_, key) => {
    const above = folderWith({});
    const steps = [
      ['Name of the app', '\r'],
      ['Image repository', key],
    ] as const;
    const run = onTerminal(steps, ['init', 'deep/shop'], above);
    expect(run).toMatchObject({ code: 2, left: [] });
    expect(run.shown).toContain('interrupted: nothing was changed');
    expect(run.shown).not.toContain('bug');
    expect(readdirSync(above)).toEqual([]);
  });

  it('asks before it replaces a file', () => {
    const folder = folderWith({ 'README.md': 'mine\n' });
    const answers = ['--app', 'shop', '--image', 'acme/shop', '--domain', 'shop.example', '--port', '80'];
    const others = ['--staging-domain', 'try.shop.example', '--email', 'me@shop.example', '--region', 'fra1'];
    const args = ['init', ...answers, ...others, '--size', 's-2vcpu-4gb', '--health', 'tcp'];
    const kept = onTerminal([['Replace README.md? [y/N]', '\r']], args, folder);
    expect(kept).toMatchObject({ code: 2, left: [] });
    expect(kept.shown).toContain('these files are there already: README.md');
    expect(snapshot(folder)).toEqual({ 'README.md': 'mine\n' });
    const replaced = onTerminal([['Replace README.md? [y/N]', 'y\r']], args, folder);
    expect(replaced).toMatchObject({ code: 0, left: [] });
    expect(snapshot(folder)['README.md']).toMatch(/^# shop\n/);
  });

  it('--yes asks nothing, on a terminal too', () => {
    const above = folderWith({});
    const run = onTerminal([], ['init', 'shop', '--yes'], above);
    expect(run.code).toBe(0);
    expect(run.shown).not.toContain('[shop]');
    expect(readdirSync(above)).toEqual(['shop']);
  });
});
