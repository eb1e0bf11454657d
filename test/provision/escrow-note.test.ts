import { describe, expect, it } from 'vitest';
import { escrowGap, makeEscrowNote, readEscrowNote } from '../../generator/provision/machine/escrow-note.ts';
import { escrowSteps } from '../../generator/provision/plan/escrow.ts';
import type { Droplet } from '../../generator/provision/resources.ts';
import { wantedFrom } from '../digitalocean/support.ts';

const KEY = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const known = { recipients: ['age1b', 'age1a'], dropletId: 7, sealingKeys: [KEY] };
const wanted = { recipients: ['age1a', 'age1b'], sealingKey: KEY, dropletId: 7 };
const gapOf = (more: Partial<typeof known> = {}) =>
  escrowGap('file', readEscrowNote(makeEscrowNote('file', { ...known, ...more }), 'file'), wanted);

describe('the note of an escrow', () => {
  it('says what is in it and for whom, of that very file', () => {
    const note = makeEscrowNote('file', known);
    expect(readEscrowNote(note, 'file')).toMatchObject({ ...known, recipients: ['age1a', 'age1b'] });
    expect(readEscrowNote(note, 'another file')).toBeUndefined();
    expect(readEscrowNote(note, undefined)).toBeUndefined();
    for (const text of [undefined, '', 'null', '[]', '<<<<<<< HEAD', note.replace(KEY, 'x')])
      expect(readEscrowNote(text, 'file')).toBeUndefined();
  });

  it('tells what the escrow lacks', () => {
    expect(gapOf()).toBeUndefined();
    expect(escrowGap(undefined, undefined, wanted)).toBe('is not there yet');
    expect(escrowGap('file', undefined, wanted)).toBe('has no note that says what it holds');
    expect(gapOf({ recipients: ['age1a'] })).toBe('is for other recipients than the spec names');
    expect(gapOf({ sealingKeys: [] })).toBe('lacks the sealing key');
    expect(gapOf({ sealingKeys: [OTHER] })).toBe('lacks the sealing key of now');
    expect(gapOf({ sealingKeys: [OTHER, KEY] })).toBeUndefined();
    expect(gapOf({ dropletId: 8 })).toBe('holds the token of another droplet');
  });

  it('is where a plan sees it', () => {
    const droplet = { id: 7 } as Droplet;
    const stepsFor = (escrow?: { gap?: string; dropletId: number }) =>
      escrowSteps(
        {
          ...wantedFrom(),
          escrow: escrow && { gap: undefined, path: 'clusters/prod/escrow.age', ...escrow },
        },
        droplet,
      ).map(({ action, kind, name, reason }) => [action, kind, name, reason].join(' '));
    expect(stepsFor()).toEqual([]);
    expect(stepsFor({ dropletId: 7 })).toEqual([]);
    expect(stepsFor({ dropletId: 7, gap: 'lacks the sealing key' })).toEqual([
      'change escrow clusters/prod/escrow.age lacks the sealing key',
    ]);
    expect(stepsFor({ dropletId: 6 })).toEqual([
      'change escrow clusters/prod/escrow.age holds the token of another droplet',
    ]);
  });
});
