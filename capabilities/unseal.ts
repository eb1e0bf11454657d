import { type Problem, UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import { loadStore } from '../generator/seal/environment-files.ts';
import { type OpenedItem, openItems } from '../generator/seal/open-store.ts';
import { readPrivateKeys } from '../generator/seal/private-key.ts';
import { nearest } from '../generator/suggest.ts';

export interface UnsealInput {
  environment: string;
  /** Texts of private key files; `name` stands for the file in messages. */
  keys: readonly { name: string; pem: string }[];
  /** Only this one. */
  item?: string | undefined;
}

export interface UnsealOutcome {
  /** In clear. `formatDotenv` and `formatJson` make texts of them. */
  opened: OpenedItem[];
  /** Items that no key opened; whoever recovers what is left wants the others all the same. */
  failed: Problem[];
}

/**
 * Opens the sealed values of an environment with private keys alone: no cluster, no network.
 * @throws UserError when there is nothing to open, a key cannot be read, or not one item opens.
 */
export function unseal(input: UnsealInput, { files }: { files: Files }): UnsealOutcome {
  if (input.keys.length === 0) {
    throw new UserError({
      message: 'no private key given',
      remedy: 'Name the file that `lunchbox keys new` wrote: --key FILE',
    });
  }
  const keys = input.keys.flatMap(({ name, pem }) => readPrivateKeys(name, pem));
  const store = loadStore(files, input.environment);
  if (store.items.size === 0) {
    const remedy = `Nothing was sealed for ${input.environment} yet.`;
    throw new UserError({ message: `${store.file} holds no sealed value`, remedy });
  }
  const items = [...store.items.values()].filter(
    ({ item }) => input.item === undefined || item === input.item,
  );
  if (items.length === 0) {
    const near = nearest(input.item ?? '', store.items.keys());
    const remedy =
      near === undefined ? `${store.file} says which ones there are.` : `Did you mean \`${near}\`?`;
    throw new UserError({ message: `${store.file} has no item \`${input.item}\``, remedy });
  }
  const outcome = openItems(items, keys);
  if (outcome.opened.length === 0) throw new UserError(outcome.failed);
  return outcome;
}
