import type { Files } from '../generator/files.ts';
import type { Finding } from '../generator/finding.ts';
import { checkStore, type NeededItem } from '../generator/seal/check-store.ts';
import { certificatePath, loadCertificate, loadStore } from '../generator/seal/environment-files.ts';

/**
 * Judges the sealed values of an environment without any private key; an empty list is a clean bill.
 * @throws UserError when the store or the certificate cannot be read at all.
 */
export function secretsCheck(
  input: { environment: string; needed: readonly NeededItem[] },
  { files, clock }: { files: Files; clock: () => Date },
): Finding[] {
  const { environment, needed } = input;
  return checkStore({
    environment,
    needed,
    store: loadStore(files, environment),
    certificate: loadCertificate(files, environment),
    certificateFile: certificatePath(environment),
    now: clock(),
  });
}
