import { keyBody, keyName } from '../naming.ts';
import type { Observed } from '../observed.ts';
import type { Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import { step } from './step.ts';

export function keySteps({ keys }: Observed, { sshKeys }: Wanted): Step[] {
  return sshKeys.map(({ name, key }) => {
    const there = keys.find(({ publicKey }) => keyBody(publicKey) === key);
    return there
      ? step('keep', 'keep', 'ssh-key', there.name, { id: there.id })
      : step('key.create', 'create', 'ssh-key', name);
  });
}

/** Those of operators that the spec does not name any more. */
export function outdatedKeys({ keys }: Observed, { name, sshKeys }: Wanted): Step[] {
  const bodies = sshKeys.map(({ key }) => key);
  return keys
    .filter((key) => isOwnKey(key, name) && !bodies.includes(keyBody(key.publicKey)))
    .map((key) =>
      step('key.delete', 'delete', 'ssh-key', key.name, {
        id: key.id,
        reason: 'no operator has it any more',
      }),
    );
}

/** Made by Lunchbox for this environment, and not by somebody who had the key there before. */
export function isOwnKey(key: { name: string; publicKey: string }, name: string): boolean {
  return key.name === keyName(name, key.publicKey);
}
