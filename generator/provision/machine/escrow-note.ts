import { createHash } from 'node:crypto';
import { SHA256_TEXT } from '../../seal/fingerprint.ts';

/**
 * What is in an escrow and who can open it, neither of which it shows itself: `clusters/<env>/escrow-note.json`, beside it
 * and as public. A plan can tell by it, without asking the machine, that the escrow is not what it should be.
 */
export interface EscrowNote {
  /** `sha256:` of the encrypted file: a note of any other says nothing. */
  file: string;
  /** Sorted. */
  recipients: string[];
  /** Whose token is in it; absent for a machine that is no droplet. */
  dropletId?: number;
  /** Fingerprints of the private keys that are in it. */
  sealingKeys: string[];
}

/** What an escrow should be. */
export interface EscrowWanted {
  recipients: readonly string[];
  /** Fingerprint of the environment's certificate; undefined where nothing is sealed. */
  sealingKey: string | undefined;
  dropletId: number | undefined;
}

/** @param encrypted The text of the escrow */
export function makeEscrowNote(encrypted: string, known: Omit<EscrowNote, 'file'>): string {
  const { recipients, dropletId, sealingKeys } = known;
  const note: EscrowNote = {
    file: digest(encrypted),
    recipients: [...recipients].sort(),
    ...(dropletId === undefined ? {} : { dropletId }),
    sealingKeys,
  };
  return `${JSON.stringify(note, null, 2)}\n`;
}

/** @returns undefined when it is no note, or not one of this escrow: a merge may bring both from different sides */
export function readEscrowNote(
  text: string | undefined,
  encrypted: string | undefined,
): EscrowNote | undefined {
  if (text === undefined || encrypted === undefined) return undefined;
  let note: Partial<Record<keyof EscrowNote, unknown>> | null;
  try {
    note = JSON.parse(text) as typeof note;
  } catch {
    return undefined;
  }
  const { file, recipients, dropletId, sealingKeys } = note ?? {};
  if (file !== digest(encrypted) || !areTexts(recipients) || !areTexts(sealingKeys)) return undefined;
  if (!sealingKeys.every((each) => SHA256_TEXT.test(each))) return undefined;
  return { file, recipients, sealingKeys, ...(typeof dropletId === 'number' ? { dropletId } : {}) };
}

/** What is wrong with an escrow, as words that follow its name; undefined when nothing is. */
export function escrowGap(
  encrypted: string | undefined,
  note: EscrowNote | undefined,
  { recipients, sealingKey, dropletId }: EscrowWanted,
): string | undefined {
  if (encrypted === undefined) return 'is not there yet';
  if (!note) return 'has no note that says what it holds';
  if (JSON.stringify(note.recipients) !== JSON.stringify([...recipients].sort()))
    return 'is for other recipients than the spec names';
  if (sealingKey !== undefined && !note.sealingKeys.includes(sealingKey))
    return note.sealingKeys.length === 0 ? 'lacks the sealing key' : 'lacks the sealing key of now';
  if (note.dropletId !== dropletId) return 'holds the token of another droplet';
  return undefined;
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
