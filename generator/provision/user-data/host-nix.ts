import { STATE_VERSION } from '../../host/host-file.ts';
import { resourceName } from '../../resource-name.ts';
import type { Environment } from '../../spec/environment.ts';

/**
 * What the first NixOS of a converted droplet is, beside what nixos-infect writes: just enough to be let in again. All
 * else comes from the repository's flake afterwards.
 */
export function bootstrapModule(environment: Environment): string {
  const keys = environment.droplet.ssh.operators.map((key) => `    ${nixString(key)}`);
  return [
    '# The first NixOS of this machine; the flake of its repository takes over from here.',
    '{ lib, ... }:',
    '{',
    '  # The old root is moved away by the scripted initrd alone; the one with systemd would leave it in place.',
    '  boot.initrd.systemd.enable = false;',
    '  # configuration.nix sets an older one.',
    `  system.stateVersion = lib.mkForce ${nixString(STATE_VERSION)};`,
    `  networking.hostName = lib.mkForce ${nixString(resourceName(environment.app, environment.name))};`,
    '  networking.firewall.enable = true;',
    '  networking.firewall.allowedTCPPorts = lib.mkForce [ 22 ];',
    '  services.openssh.enable = true;',
    '  services.openssh.settings.PasswordAuthentication = false;',
    '  services.openssh.settings.KbdInteractiveAuthentication = false;',
    '  services.openssh.settings.PermitRootLogin = "prohibit-password";',
    ...(keys.length === 0 ? [] : ['  users.users.root.openssh.authorizedKeys.keys = [', ...keys, '  ];']),
    '  nix.settings.experimental-features = [ "nix-command" "flakes" ];',
    '}',
    '',
  ].join('\n');
}

/** A string of the Nix language, on one line. */
export function nixString(text: string): string {
  return `"${text.replace(/[\\"]|\$\{/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
