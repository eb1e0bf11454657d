import type { PatchStep } from '../../../generator/deploy/json-patch.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { ObjectRef } from '../../ports/cluster.ts';
import { type Delivery, mayGoOn } from '../context.ts';

/** How often an object is read again that others write meanwhile. */
export const TRIES = 5;

/**
 * Patches an object as it was read; read again as often as somebody else has written it meanwhile.
 * @param steps What to write, guarded by the object's version; undefined when it is so already.
 * @param failed What is thrown when others never stop writing.
 */
export async function rewrite(
  ref: ObjectRef,
  live: JsonObject | undefined,
  delivery: Delivery,
  steps: (object: JsonObject) => PatchStep[] | undefined,
  failed: (cause: ApiError) => Error,
): Promise<void> {
  for (let attempt = 1, object = live; object; attempt++) {
    const wanted = steps(object);
    if (!wanted) return;
    await mayGoOn(delivery);
    try {
      await delivery.cluster.patch(ref, wanted);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      if (attempt >= TRIES) throw failed(error);
    }
    object = await delivery.cluster.get(ref);
  }
}
