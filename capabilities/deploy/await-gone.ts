import { beingDeleted } from '../../generator/deploy/being-deleted.ts';
import { type Owned, ownedKey, subjectOf } from '../../generator/deploy/inventory.ts';
import { at, text } from '../../generator/fields.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { ApiError } from '../ports/api-error.ts';
import { type Delivery, limit } from './context.ts';
import { observe } from './plan/observe.ts';

/** Milliseconds between two looks. */
const PAUSE = 1_000;

/** An object that was deleted. */
export interface Deleted {
  owned: Owned;
  uid: string;
}

export interface Gone {
  gone: Owned[];
  /** What is still there, as it was seen last; undefined where nobody answered. */
  there: { owned: Owned; live: JsonObject | undefined }[];
  /** Milliseconds. */
  waited: number;
}

/**
 * Waits until objects that were deleted are gone: the server says that it will delete what a finalizer still holds in the
 * same words as that it has.
 * @param patience Milliseconds for all together.
 */
export async function awaitGone(
  deleted: readonly Deleted[],
  patience: number,
  delivery: Delivery,
): Promise<Gone> {
  const { cluster, clock, signal, report } = delivery;
  const begun = clock.now().getTime();
  const end = begun + limit(delivery, patience);
  const gone: Owned[] = [];
  let open: { owned: Owned; uid: string; live: JsonObject | undefined }[] = deleted.map((each) => ({
    ...each,
    live: undefined,
  }));
  for (let told = false; open.length > 0; told = true) {
    const seen = await look(open, cluster);
    if (seen) {
      const looked = open.map((each) => ({ ...each, live: seen.get(ownedKey(each.owned))?.live }));
      open = looked.filter(({ live, uid }) => text(at(live, 'metadata', 'uid')) === uid);
      gone.push(...looked.filter((each) => !open.includes(each)).map(({ owned }) => owned));
    }
    if (open.length === 0 || clock.now().getTime() >= end) break;
    if (!told)
      for (const { owned, live } of open)
        report({
          type: 'waiting',
          subject: subjectOf(owned),
          message: beingDeleted(live) ?? 'it is not gone yet',
        });
    await clock.sleep(PAUSE, signal);
    signal.throwIfAborted();
  }
  return { gone, there: open, waited: clock.now().getTime() - begun };
}

/** Undefined when nobody answers. */
async function look(open: readonly { owned: Owned }[], cluster: Delivery['cluster']) {
  try {
    return await observe(
      open.map(({ owned }) => ({ owned })),
      cluster,
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}
