import { describe, expect, it } from 'vitest';
import { HeldFiles } from '../../capabilities/provision/held-files.ts';
import type { Files } from '../../generator/files.ts';

describe('files that are held back', () => {
  const world = () => {
    const texts = new Map([
      ['clusters/prod/a', 'old'],
      ['clusters/prod/b', 'old'],
    ]);
    const files: Files = {
      read: (path) => texts.get(path),
      list: (folder) => [...texts.keys()].filter((path) => path.startsWith(`${folder}/`)).sort(),
      apply({ write, remove }) {
        for (const [path, text] of write) texts.set(path, text);
        for (const path of remove) texts.delete(path);
      },
    };
    return { texts, held: new HeldFiles(files) };
  };
  const change = {
    write: new Map([
      ['clusters/prod/a', 'new'],
      ['clusters/prod/c', 'new'],
    ] as const),
    remove: ['clusters/prod/b'],
  };

  it('are read as they will be, and nobody else sees anything of it', () => {
    const { texts, held } = world();
    held.apply(change);
    expect(held.read('clusters/prod/a')).toBe('new');
    expect(held.read('clusters/prod/b')).toBeUndefined();
    expect(held.list('clusters')).toEqual(['clusters/prod/a', 'clusters/prod/c']);
    expect(held.list('nixos')).toEqual([]);
    expect([...texts.values()]).toEqual(['old', 'old']);
  });

  it('are written when they are let go, once', () => {
    const { texts, held } = world();
    held.apply(change);
    expect(held.release()).toEqual(['clusters/prod/a', 'clusters/prod/b', 'clusters/prod/c']);
    expect([...texts]).toEqual([
      ['clusters/prod/a', 'new'],
      ['clusters/prod/c', 'new'],
    ]);
    texts.set('clusters/prod/a', 'newer');
    expect(held.release()).toEqual([]);
    expect(held.read('clusters/prod/a')).toBe('newer');
  });
});
