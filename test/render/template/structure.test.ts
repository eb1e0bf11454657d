import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTemplate } from '../../../generator/render/template/load.ts';
import { readers } from '../yaml/readers.ts';
import { anyContext, EVERY_PLACE, expectedOf } from './structure.ts';

describe.each(Object.entries(readers))('read by %s', (_, read) => {
  const render = loadTemplate(EVERY_PLACE, 'every-place');

  it('no value can change the structure of a manifest, whatever it holds', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        expect(read(render(context))).toEqual(expectedOf(context));
      }),
      { numRuns: 2000 },
    );
  });
});
