import { describe, expect, it } from 'vitest';
import { revisionOf } from '../../capabilities/build-image/checkout.ts';

const HEAD = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const names = (count: number) => Array.from({ length: count }, (_, index) => `file-${index}`);

describe('the revision of a folder', () => {
  it('is what is checked out, or what is named', () => {
    expect(revisionOf({ head: HEAD, changed: [] }, undefined, true)).toEqual({
      revision: HEAD,
      dirty: false,
    });
    expect(revisionOf({ head: HEAD, changed: [] }, HEAD, true)).toEqual({ revision: HEAD, dirty: false });
    expect(revisionOf({ changed: [] }, OTHER, true)).toEqual({ revision: OTHER, dirty: false });
  });

  it('is no other than what is checked out', () => {
    expect(() => revisionOf({ head: HEAD, changed: [] }, OTHER, false)).toThrow(
      `${OTHER} is to be built, but ${HEAD}`,
    );
  });

  it('is not pushed when files differ from it', () => {
    expect(revisionOf({ head: HEAD, changed: names(1) }, undefined, false)).toEqual({
      revision: HEAD,
      dirty: true,
    });
    expect(() => revisionOf({ head: HEAD, changed: names(1) }, undefined, true)).toThrow(/: file-0\n/);
    expect(() => revisionOf({ head: HEAD, changed: names(8) }, undefined, true)).toThrow(
      /file-4 and 3 more\n/,
    );
  });

  it('is known, and full', () => {
    expect(() => revisionOf({ changed: [] }, undefined, true)).toThrow('is no git repository');
    for (const wanted of ['main', HEAD.slice(1), `${HEAD}\n`, HEAD.toUpperCase()])
      expect(() => revisionOf({ head: HEAD, changed: [] }, wanted, true)).toThrow('is no full commit');
  });
});
