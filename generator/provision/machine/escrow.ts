import { createHash } from 'node:crypto';

/** What would be lost with the machine, and is needed to build it again. */
export interface EscrowContent {
  app: string;
  environment: string;
  /** Lets servers join, and decrypts k3s' own snapshots. */
  k3sToken: string;
  /** PEM; absent when the run did not have it. */
  sealingKey?: string;
}

/** What is encrypted: JSON that a person can read. */
export function escrowText(content: EscrowContent): string {
  const { app, environment, k3sToken, sealingKey } = content;
  return `${JSON.stringify({ app, environment, k3sToken, ...(sealingKey === undefined ? {} : { sealingKey }) }, null, 2)}\n`;
}

/**
 * Tells whether an encrypted file still holds this for these recipients, which it does not show itself. The machine
 * keeps it: what it is made from never leaves.
 */
export function escrowSeal(content: EscrowContent, recipients: readonly string[], encrypted: string): string {
  const parts = [escrowText(content), ...[...recipients].sort(), encrypted];
  return `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}
