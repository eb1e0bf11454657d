import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refTag } from '../../generator/release/ref-tag.ts';
import { formatRelease, parseRelease } from '../../generator/release/release.ts';

const digest = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
  .map((digits) => `sha256:${digits.join('')}`);

describe('release.yaml', () => {
  it('reads back as it was written, with as many images as there are', () => {
    const images = fc.dictionary(fc.stringMatching(/^[a-z0-9.:/-]{1,40}$/), digest, { maxKeys: 4 });
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{0,40}$/), images, (revision, all) => {
        const release = { revision, images: new Map(Object.entries(all)) };
        const text = formatRelease(release);
        expect(parseRelease('release.yaml', text)).toEqual(release);
        expect(formatRelease(parseRelease('release.yaml', text))).toBe(text);
      }),
    );
  });
});

describe('refTag', () => {
  it('is a tag that a registry takes, or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (ref) => {
        expect(refTag(ref) ?? 'nothing').toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
      }),
    );
  });
});
