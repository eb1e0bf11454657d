import { randomBytes } from 'node:crypto';
import type { Cloud } from '../capabilities/ports/cloud.ts';
import type { ProvisionPorts } from '../capabilities/provision/provision.ts';
import type { Files } from '../generator/files.ts';
import { ageEncrypt } from './age/encrypt.ts';
import { nodeClock } from './node-clock.ts';
import { openRemote } from './ssh/remote.ts';
import { tcpKnock } from './tcp-knock.ts';

/** The outside world of provisioning. */
export function provisionPorts(
  cloud: Cloud,
  files: Files,
  signal: AbortSignal,
  report: ProvisionPorts['report'],
): ProvisionPorts {
  return {
    cloud,
    files,
    signal,
    report,
    clock: nodeClock,
    openRemote,
    knock: tcpKnock,
    encrypt: ageEncrypt,
    seed: () => randomBytes(32),
  };
}

/** Tells one run from every other. */
export function runId(): string {
  return randomBytes(8).toString('hex');
}
