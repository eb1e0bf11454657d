import type { PatchStep } from '../../../generator/deploy/json-patch.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { ObjectRef } from '../../ports/cluster.ts';
import { type Delivery, mayGoOn } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';

/** How often an object is read again that others write meanwhile. */
const TRIES = 5;

/**
 * Patches an object as it was read; read again as often as somebody else has written it meanwhile.
 * @param steps What to write, guarded by the object's version; undefined when it is so already.
 * @param failure What failed when others never stop writing.
 * @throws DeliveryFailed then
 */
export async function rewrite(
  ref: ObjectRef,
  live: JsonObject | undefined,
  failure: { subject: string; message: string },
  delivery: Delivery,
  steps: (object: JsonObject) => PatchStep[] | undefined,
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
      if (attempt >= TRIES)
        throw new DeliveryFailed(
          [
            {
              subject: failure.subject,
              message: `${failure.message}: it was written by somebody at every one of ${TRIES} tries`,
              remedy:
                'See who writes it all the time (kubectl get -o yaml --show-managed-fields), stop that, and deliver again.',
              evidence: [],
            },
          ],
          { cause: error },
        );
    }
    object = await delivery.cluster.get(ref);
  }
}
