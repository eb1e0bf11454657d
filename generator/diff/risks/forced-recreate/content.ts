import { labelsOf } from '../../../fields.ts';
import type { JsonObject } from '../../../manifest.ts';
import { same } from '../compare.ts';
import { allOf, field, type ImmutableFields } from './refusal.ts';

/** What a ConfigMap or Secret that calls itself immutable holds; and that it calls itself so. */
const immutableContent: ImmutableFields = function* (before, after) {
  if (before.immutable !== true) return;
  if (after.immutable !== true) yield { at: ['immutable'] };
  if (!same(before.binaryData, after.binaryData)) yield { at: ['binaryData'] };
};

export const configMapFields: ImmutableFields = allOf(immutableContent, function* (before, after) {
  if (before.immutable === true && !same(before.data, after.data)) yield { at: ['data'] };
});

export const secretFields: ImmutableFields = allOf(
  field('type', 'Opaque'),
  immutableContent,
  function* (before, after) {
    if (before.immutable === true && !same(decoded(before), decoded(after)))
      yield { at: [after.data === undefined ? 'stringData' : 'data'], name: 'data' };
  },
);

/** The values as Kubernetes keeps them: `stringData` goes over `data`. Only ever compared. */
function decoded({ data, stringData }: JsonObject): Record<string, string> {
  const plain = Object.entries(labelsOf(stringData)).map(([key, value]) => [
    key,
    Buffer.from(value, 'utf8').toString('base64'),
  ]);
  return { ...labelsOf(data), ...Object.fromEntries(plain) };
}
