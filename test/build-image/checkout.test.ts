import { describe, expect, it } from 'vitest';
import { nodeExec } from '../../adapters/node-exec.ts';
import { readCheckout, revisionOf } from '../../capabilities/build-image/checkout.ts';
import type { BuildImagePorts } from '../../capabilities/build-image/contract.ts';
import { gitRepository } from '../support/git.ts';

const HEAD = 'a'.repeat(40);
const SOURCE = 'c'.repeat(40);
const OTHER = 'b'.repeat(40);
const head = { id: HEAD, time: 20 };
const names = (count: number) => Array.from({ length: count }, (_, index) => `file-${index}`);

describe('the revision of a folder', () => {
  it('is what is checked out, or what is named', () => {
    expect(revisionOf({ head, source: head, changed: [] }, undefined, true)).toEqual({
      revision: HEAD,
      time: 20,
      dirty: false,
    });
    expect(revisionOf({ head, source: head, changed: [] }, HEAD, true)).toEqual({
      revision: HEAD,
      time: 20,
      dirty: false,
    });
    expect(revisionOf({ changed: [] }, OTHER, true)).toEqual({ revision: OTHER, dirty: false });
  });

  it('is the commit that last changed what is built, unless the head is named', () => {
    const checkout = { head, source: { id: SOURCE, time: 10 }, changed: [] };
    expect(revisionOf(checkout, undefined, true)).toEqual({ revision: SOURCE, time: 10, dirty: false });
    expect(revisionOf(checkout, HEAD, true)).toEqual({ revision: HEAD, time: 20, dirty: false });
  });

  it('is no other than what is checked out', () => {
    expect(() => revisionOf({ head, source: head, changed: [] }, OTHER, false)).toThrow(
      `${OTHER} is to be built, but ${HEAD}`,
    );
  });

  it('is not pushed when files differ from it', () => {
    expect(revisionOf({ head, source: head, changed: names(1) }, undefined, false)).toEqual({
      revision: HEAD,
      time: 20,
      dirty: true,
    });
    expect(() => revisionOf({ head, source: head, changed: names(1) }, undefined, true)).toThrow(
      /: file-0\n/,
    );
    expect(() => revisionOf({ head, source: head, changed: names(8) }, undefined, true)).toThrow(
      /file-4 and 3 more\n/,
    );
  });

  it('is known, and full', () => {
    expect(() => revisionOf({ changed: [] }, undefined, true)).toThrow('is no git repository');
    for (const wanted of ['main', HEAD.slice(1), `${HEAD}\n`, HEAD.toUpperCase()])
      expect(() => revisionOf({ head, source: head, changed: [] }, wanted, true)).toThrow(
        'is no full commit',
      );
  });
});

describe('what git says of a folder', () => {
  it('knows the commit that last changed what is built, and no other change', async () => {
    const repository = gitRepository();
    const read = (...paths: string[]) =>
      readCheckout({ exec: nodeExec, folder: repository.folder } as BuildImagePorts, paths, 'lunchbox.yaml');
    expect(await read('.')).toEqual({ changed: [] });
    const first = repository.commit('app', {
      'app/main': '1',
      Dockerfile: 'FROM scratch',
      'lunchbox.yaml': 'a',
    });
    const second = repository.commit('spec', { 'lunchbox.yaml': 'b', 'clusters/prod/release.yaml': 'x' });
    expect(await read('.')).toMatchObject({ head: { id: second }, source: { id: first } });
    const third = repository.commit('docs', { 'README.md': 'x' });
    expect((await read('.')).source?.id).toBe(third);
    expect((await read('app', 'Dockerfile')).source?.id).toBe(first);
    const fourth = repository.commit('build', { Dockerfile: 'FROM scratch\n' });
    expect((await read('app', 'Dockerfile')).source?.id).toBe(fourth);
    expect((await read('app')).source?.id).toBe(first);
    // Names are names, whatever git could read into them.
    expect((await read(':(top)app')).source?.id).toBe(fourth);
  });
});
