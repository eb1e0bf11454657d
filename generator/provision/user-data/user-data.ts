import { Buffer } from 'node:buffer';
import { UserError } from '../../errors.ts';
import { block } from '../../render/yaml/block.ts';
import { quoted } from '../../render/yaml/scalar.ts';
import type { Environment } from '../../spec/environment.ts';
import { cloudConfigHeader } from '../../tree/header.ts';
import { userDataPath } from '../../tree/paths.ts';
import { becomeNixosScript, LOG_PATH, SCRIPT_PATH } from './become-nixos.ts';
import { bootstrapModule } from './host-nix.ts';

/** Bytes of user-data that DigitalOcean takes. */
export const USER_DATA_LIMIT = 64 * 1024;
/** Kept free for the key that a run adds. */
const HEAD_ROOM = 4 * 1024;

/**
 * `clusters/<env>/user-data.yaml`: the cloud-config that turns a new Ubuntu droplet into NixOS, up to the reboot. It
 * holds public things alone: whoever gets onto the machine can read it for as long as the droplet lives.
 * @throws UserError when it grows beyond what the provider takes
 */
export function userData(environment: Environment): string {
  const file = (path: string, mode: string, text: string) => [
    `  - path: ${path}`,
    `    permissions: ${quoted(mode)}`,
    `    content: ${block(text, 6)}`,
  ];
  const text = `${cloudConfigHeader('lunchbox.yaml')}${[
    ...common(environment),
    'write_files:',
    ...file('/etc/nixos/host.nix', '0644', bootstrapModule(environment)),
    ...file(SCRIPT_PATH, '0700', becomeNixosScript()),
    'runcmd:',
    // Its exit code is that of the script: no pipe stands between, and cloud-init sees a failure.
    `  - ${quoted(`exec ${SCRIPT_PATH} >${LOG_PATH} 2>&1`)}`,
    '',
  ].join('\n')}`;
  const bytes = Buffer.byteLength(text);
  if (bytes <= USER_DATA_LIMIT - HEAD_ROOM) return text;
  throw new UserError({
    message: `${userDataPath(environment.name)} would have ${bytes} bytes; a droplet takes ${USER_DATA_LIMIT - HEAD_ROOM} beside a host key`,
    remedy: 'Name fewer keys under `droplet.ssh.operators`.',
  });
}

/** The cloud-config of a machine that is booted from an image of NixOS: it only lets operators in. Not committed. */
export function imageUserData(environment: Environment): string {
  return `${cloudConfigHeader('lunchbox.yaml')}${[...common(environment), ''].join('\n')}`;
}

function common({ droplet }: Environment): string[] {
  const keys = droplet.ssh.operators;
  return [
    '---',
    'package_update: false',
    'package_upgrade: false',
    'ssh_pwauth: false',
    'disable_root: false',
    ...(keys.length === 0 ? [] : ['ssh_authorized_keys:', ...keys.map((key) => `  - ${quoted(key)}`)]),
  ];
}
