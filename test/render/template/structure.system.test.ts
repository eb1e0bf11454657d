import { describe, expect, it } from 'vitest';
import { loadTemplate } from '../../../generator/render/template/load.ts';
import { samples } from '../yaml/corpus.ts';
import { goDecoder, hasGo, hasPython, pythonDecoder } from '../yaml/decoders.ts';
import { anyContext, EVERY_PLACE, expectedOf } from './structure.ts';

const all = Boolean(process.env.LUNCHBOX_REQUIRE_ALL);

describe.each([
  ["Kubernetes' own decoder (needs Go)", hasGo || all, goDecoder],
  ['PyYAML (needs Python)', hasPython || all, pythonDecoder],
] as const)('read by %s', (_, available, decoder) => {
  it.skipIf(!available)('in 10,000 manifests no value changes the structure', () => {
    const render = loadTemplate(EVERY_PLACE, 'every-place');
    const contexts = samples(anyContext, 10_000);
    const answers = decoder()(contexts.map(render));
    contexts.forEach((context, index) => {
      expect(answers[index]).toEqual(expectedOf(context));
    });
  });
});
