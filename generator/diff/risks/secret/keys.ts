import { at, mapping, text } from '../../../fields.ts';
import type { JsonObject, Path } from '../../../manifest.ts';
import { canonical } from '../compare.ts';

/** One secret value: where it stands, and a text that is compared and never shown. */
export interface SecretKey {
  at: Path;
  value: string;
}

/** The keys of a Secret or SealedSecret. */
export function keysOf(kind: string, data: JsonObject): Map<string, SecretKey> {
  const places: readonly (readonly string[])[] =
    kind === 'SealedSecret'
      ? [
          ['spec', 'template', 'data'],
          ['spec', 'encryptedData'],
        ]
      : [['data'], ['stringData']];
  const keys = new Map<string, SecretKey>();
  for (const place of places) {
    for (const [key, value] of Object.entries(mapping(at(data, ...place)))) {
      // `stringData` and `data` may say the same.
      const plain =
        place[0] === 'stringData' ? Buffer.from(text(value) ?? '', 'utf8').toString('base64') : value;
      keys.set(key, { at: [...place, key], value: canonical(plain) });
    }
  }
  return keys;
}
