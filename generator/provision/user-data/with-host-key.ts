import { parse } from 'yaml';
import { block } from '../../render/yaml/block.ts';
import { checkUserData } from './check-user-data.ts';
import type { HostKey } from './host-key.ts';

/**
 * The user-data of one run: the committed text with a host key added, by which the machine is known at the first
 * connection. The key is replaced before the first reboot, and is worth nothing from then on.
 * @throws UserError when the committed text is not what rendering writes
 */
export function withHostKey(file: string, text: string, key: HostKey): string {
  checkUserData(file, text);
  const added = [
    'ssh_keys:',
    `  ed25519_private: ${block(key.privateKey, 4)}`,
    `  ed25519_public: ${key.publicKey}`,
    '',
  ].join('\n');
  const whole = `${text.endsWith('\n') ? text : `${text}\n`}${added}`;
  const { ssh_keys } = parse(whole) as { ssh_keys?: { ed25519_private?: string } };
  if (ssh_keys?.ed25519_private !== key.privateKey)
    throw new Error('the host key did not reach the user-data');
  return whole;
}
