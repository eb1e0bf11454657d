import { UserError } from '../../generator/errors.ts';
import { ApiError } from '../ports/api-error.ts';
import { type Delivery, mayGoOn, warn } from './context.ts';
import type { StateStore } from './state/store.ts';
import type { DesiredTree } from './tree.ts';

/** Keeps the files of the release that runs once more, where they are lost or damaged: without them there is no way back to it. */
export async function keepAgain(
  release: number,
  { files }: Pick<DesiredTree, 'files'>,
  store: StateStore,
  delivery: Delivery,
): Promise<void> {
  const lost = await whyLost(release, store);
  if (lost === undefined) return;
  await mayGoOn(delivery);
  try {
    await store.keep(release, files);
    warn(delivery, `${lost}; they were kept again`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    warn(delivery, `${lost}, and could not be kept again: ${error.message}`);
  }
}

/** In words, why the files of a release cannot be had; undefined when they can. */
async function whyLost(release: number, store: StateStore): Promise<string | undefined> {
  try {
    await store.filesOf(release);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.reason;
  }
}
