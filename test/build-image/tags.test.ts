import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refTag, revisionTag } from '../../capabilities/build-image/tags.ts';

describe('tags', () => {
  it('a revision', () => {
    expect(revisionTag('989d2121ef864a6a42aca6f6ad897c2311116fee')).toBe('sha-989d2121ef86');
  });

  it.each([
    ['main', 'main'],
    ['refs/heads/main', 'main'],
    ['refs/heads/feature/a b', 'feature-a-b'],
    ['refs/tags/v1.2.3', 'v1.2.3'],
    ['refs/pull/7/merge', 'pr-7'],
    ['-x', 'x'],
    ['.hidden', 'hidden'],
    ['a$(id)`b`', 'a-id-b'],
    ['_ok', '_ok'],
    ['größe', 'gr-e'],
    [`${'a'.repeat(127)}/b`, 'a'.repeat(127)],
    ['///', undefined],
    ['日本', undefined],
    ['', undefined],
    ['sha-0123456789ab', undefined],
  ])('%s', (ref, tag) => {
    expect(refTag(ref)).toBe(tag);
  });

  it('a registry takes every one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (ref) => {
        expect(refTag(ref) ?? 'none').toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
      }),
    );
  });
});
