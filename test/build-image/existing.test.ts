import { expect, it } from 'vitest';
import { difference } from '../../capabilities/build-image/existing.ts';
import { INPUTS, REVISION } from '../../capabilities/build-image/identity.ts';

const labels = { [REVISION]: 'a'.repeat(40), [INPUTS]: 'b' };
const PLAN = { platforms: ['linux/amd64', 'linux/arm64'], labels };
const image = (...platforms: [string, Record<string, string>][]) => ({
  digest: 'sha256:0',
  attestations: [],
  platforms: new Map(platforms),
});
const AMD: [string, Record<string, string>] = ['linux/amd64', { ...labels, more: 'x' }];

it.each<[string, ReturnType<typeof image>, string | undefined]>([
  ['the same', image(AMD, ['linux/arm64', labels]), undefined],
  ['more than wanted', image(AMD, ['linux/arm64', labels], ['linux/386', {}]), undefined],
  ['a platform less', image(AMD), 'it is not built for linux/arm64'],
  ['nothing', image(), 'it is not built for linux/amd64'],
  [
    'another revision in one platform',
    image(AMD, ['linux/arm64', { ...labels, [REVISION]: 'c' }]),
    'it is built from another revision',
  ],
  [
    'other inputs',
    image(AMD, ['linux/arm64', { ...labels, [INPUTS]: 'c' }]),
    'it is built from the same revision, but with another Dockerfile, stage or arguments',
  ],
  [
    'the image of another tool',
    image(['linux/amd64', { [REVISION]: 'a'.repeat(40) }]),
    'it is built from the same revision, but with another Dockerfile, stage or arguments',
  ],
])('an image that is %s', (_, published, expected) => {
  expect(difference(published, PLAN)).toBe(expected);
});
