import { type Problem, UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import { requireValid } from '../generator/seal/certificate.ts';
import type { NeededItem } from '../generator/seal/check-store.ts';
import { certificatePath, loadCertificate, loadStore } from '../generator/seal/environment-files.ts';
import { parseFingerprintKey } from '../generator/seal/fingerprint-key.ts';
import { parseEnv } from '../generator/seal/input/parse-env.ts';
import { parseSecretManifests } from '../generator/seal/input/parse-secret-manifest.ts';
import type { SecretInput } from '../generator/seal/input/secret-input.ts';
import { itemNameFault } from '../generator/seal/item-name.ts';
import type { Target } from '../generator/seal/scope.ts';
import { type SealedItem, sealItem } from '../generator/seal/seal-item.ts';
import type { Random } from '../generator/seal/sealed-value.ts';
import { emptyStore, putItems, removeItem } from '../generator/seal/store/edit-store.ts';
import { storePath } from '../generator/seal/store/store.ts';
import { lintValue } from '../generator/seal/value-lint.ts';
import { nearest } from '../generator/suggest.ts';

export interface SealPorts {
  files: Files;
  clock: () => Date;
  random?: Random;
}

/** What every way of sealing needs to know about the environment. */
export interface SealContext {
  environment: string;
  /** Every item that the environment needs; an item among them is sealed for the Secret named there. */
  needed: readonly NeededItem[];
  /** The Secret for an item that nobody needs (yet). */
  target: Target;
  /** Blanks and newlines around a value are meant. */
  keepWhitespace?: boolean | undefined;
  /** Text of LUNCHBOX_FINGERPRINT_KEY; without it every value is sealed anew, and loses its tag. */
  fingerprintKey?: string | undefined;
}

/** Names only: nothing in it may be a value. */
export interface SealOutcome {
  /** Where the sealed values stand. */
  file: string;
  /** Items sealed anew. */
  written: string[];
  /** Items whose ciphertext was kept, since the value is the same. */
  kept: string[];
  warnings: Problem[];
}

/**
 * Seals one value into the store of its environment.
 * @throws UserError, before anything is written: a bad name or value, no certificate or one that is not valid now.
 */
export function seal(
  input: SealContext & { item: string; value: Uint8Array },
  ports: SealPorts,
): SealOutcome {
  return sealMany({ ...input, values: [{ item: input.item, value: input.value }] }, ports);
}

/** Seals the values of a `.env` or a JSON object. @throws UserError as `seal`, with places in `file`. */
export function sealFromEnv(
  input: SealContext & { file: string; text: string },
  ports: SealPorts,
): SealOutcome {
  return sealMany({ ...input, values: parseEnv(input.file, input.text) }, ports);
}

/** Takes over the values of existing Kubernetes Secrets. @throws UserError as `seal`, with places in `file`. */
export function sealFromSecret(
  input: SealContext & { file: string; text: string },
  ports: SealPorts,
): SealOutcome {
  const manifests = parseSecretManifests(input.file, input.text);
  return sealMany({ ...input, values: manifests.flatMap((manifest) => manifest.values) }, ports);
}

/** Seals many values: all of them, or none when one is refused. @throws UserError as `seal`. */
export function sealMany(
  input: SealContext & { values: readonly SecretInput[] },
  ports: SealPorts,
): SealOutcome {
  const { environment, values } = input;
  const certificate = loadCertificate(ports.files, environment);
  requireValid(certificatePath(environment), certificate, ports.clock());
  const fingerprintKey =
    input.fingerprintKey === undefined ? undefined : parseFingerprintKey(input.fingerprintKey);
  const store = loadStore(ports.files, environment);
  const warnings = inspect(input);

  const sealed = values.map(({ item, value }): SealedItem => {
    const target = input.needed.find((each) => each.item === item) ?? input.target;
    const { random } = ports;
    return sealItem({
      certificate,
      target,
      item,
      value,
      previous: store.items.get(item),
      fingerprintKey,
      random,
    });
  });
  const changed = sealed.filter(({ kept }) => !kept).map(({ item }) => item);
  if (changed.length > 0) {
    const text = ports.files.read(store.file) ?? emptyStore(environment);
    ports.files.apply({ write: new Map([[store.file, putItems(store.file, text, changed)]]), remove: [] });
  }
  return {
    file: store.file,
    written: changed.map(({ item }) => item),
    kept: sealed.filter(({ kept }) => kept).map(({ item }) => item.item),
    warnings,
  };
}

/** Takes an item out of the store. @throws UserError when it is not there. */
export function removeSealed(
  input: { environment: string; item: string },
  { files }: Pick<SealPorts, 'files'>,
): { file: string } {
  const file = storePath(input.environment);
  const store = loadStore(files, input.environment);
  const text = files.read(file) ?? '';
  if (!store.items.has(input.item)) {
    const near = nearest(input.item, store.items.keys());
    const remedy = near === undefined ? `${file} says which ones there are.` : `Did you mean \`${near}\`?`;
    throw new UserError({ message: `${file} has no item \`${input.item}\``, remedy });
  }
  files.apply({ write: new Map([[file, removeItem(file, text, input.item)]]), remove: [] });
  return { file };
}

/** Names and values judged before any is sealed. @returns what is odd, @throws UserError with everything that is wrong */
function inspect(input: SealContext & { values: readonly SecretInput[] }): Problem[] {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const seen = new Map<string, SecretInput>();
  for (const value of input.values) {
    const { item, place } = value;
    const fault = itemNameFault(item);
    if (fault !== undefined) {
      const message = `not a name for an item: ${fault}`;
      problems.push({
        message,
        place,
        remedy: 'An item is a key of a Kubernetes Secret, such as `redis-password`.',
      });
      continue;
    }
    if (seen.has(item)) {
      problems.push({
        message: `two values for \`${item}\``,
        place,
        remedy: 'Rename one, and seal it by itself.',
      });
    }
    seen.set(item, value);
    for (const { severity, message, remedy } of lintValue(value.value, input.keepWhitespace)) {
      (severity === 'error' ? problems : warnings).push({ message: `\`${item}\` ${message}`, place, remedy });
    }
    if (!input.needed.some((each) => each.item === item)) warnings.push(unused(item, value, input));
  }
  if (problems.length > 0) throw new UserError(problems);
  return warnings;
}

function unused(item: string, { place }: SecretInput, { needed, environment }: SealContext): Problem {
  const names = needed.map((each) => each.item);
  const plain = (name: string) => name.toLowerCase().replaceAll('_', '-');
  const near = names.find((name) => plain(name) === plain(item)) ?? nearest(item, names);
  const message = `no workload of ${environment} uses \`${item}\``;
  const remedy =
    near === undefined ? 'Use it under `secrets` in lunchbox.yaml.' : `Did you mean \`${near}\`?`;
  return { message, place, remedy };
}
