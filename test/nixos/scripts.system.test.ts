import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate, fixture, hasNix, modulesFolder } from './evaluate.ts';

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
const requireAll = Boolean(process.env.LUNCHBOX_REQUIRE_ALL);

describe.skipIf(!hasShellcheck && !requireAll)('scripts of hosts (not run without shellcheck)', () => {
  const shellcheck = (args: string[], input?: string) =>
    spawnSync('shellcheck', ['--shell=bash', ...args], { encoding: 'utf8', input });

  const scripts = readdirSync(modulesFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sh'),
  );
  it.each(scripts)('%s', (name) => {
    expect(shellcheck(['--external-sources', join(modulesFolder, name)]).stdout).toBe('');
  });
  it('finds something to check', () => {
    expect(scripts).toContain('maintenance/unattended-switch.sh');
    expect(shellcheck(['-'], 'echo $1').status).toBe(1);
  });

  it.skipIf(!hasNix && !requireAll)('and those that stand in modules (not run without Nix)', () => {
    const { networking, systemd, system } = evaluate(fixture('first-of-several'));
    for (const text of [
      networking.firewall.extraCommands,
      networking.firewall.extraStopCommands,
      systemd.services['lunchbox-kubeconfig']?.script,
      systemd.services.k3s?.preStart,
      systemd.services.k3s?.postStart,
      system.preSwitchChecks.lunchboxHost,
      system.preSwitchChecks.lunchboxState,
    ])
      expect(shellcheck(['-'], text).stdout).toBe('');
  });
});
