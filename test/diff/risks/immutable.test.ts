import { describe, expect, it } from 'vitest';
import { forcedRecreate } from '../../../generator/diff/risks/forced-recreate/index.ts';
import { contextOf } from './changes.ts';
import { IMMUTABLE_CASES } from './immutable-cases.ts';

/** What the class named `grows` is in these cases. */
const GROWING = JSON.stringify({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'grows' },
  provisioner: 'a.example/b',
  allowVolumeExpansion: true,
});

describe('forced-recreate, field by field', () => {
  it.each(IMMUTABLE_CASES)('$name', ({ before, after, refused }) => {
    const text = (object: object) => `${JSON.stringify(object)}\n---\n${GROWING}`;
    const hits = [...forcedRecreate.check(contextOf(text(before), text(after)))];
    expect(hits.map(({ at }) => at.join('.')).sort()).toEqual([...refused].sort());
    for (const { message } of hits) expect(message).toMatch(/cannot be changed/);
  });
});
